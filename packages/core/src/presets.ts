import type { RuleName } from "./call.ts";
import type { Ladder } from "./rules/ladder.ts";

/** Thresholds for every rule, as plain data: print it, copy it, change it. */
export type Preset = Readonly<Record<RuleName, Ladder>>;

/**
 * The default. Its numbers come from recorded runs: what they stop and what they leave alone is
 * printed by `npm run bench:detection`.
 */
export const balanced: Preset = {
  "no-progress": { warn: 1, block: 2, open: 4 },
  poll: { warn: 10, block: 20, open: 30 },
  signature: { warn: 8, block: false, open: false },
};

/** Adds the classic counter: opens when the same call is asked for a third time. */
export const strict: Preset = {
  ...balanced,
  signature: { warn: false, block: false, open: 3 },
};

export type PresetName = "balanced" | "strict";
export const presets: Readonly<Record<PresetName, Preset>> = { balanced, strict };
