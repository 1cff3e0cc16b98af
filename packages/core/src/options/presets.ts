import type { RuleName } from "../vocabulary/call.ts";
import type { Ladder } from "../rules/ladder.ts";

/** Thresholds for every rule, as plain data: print it, copy it, change it. */
export type Preset = Readonly<Record<RuleName, Ladder>>;

const off: Ladder = { warn: false, block: false, open: false };

/**
 * The default. Its numbers come from recorded runs: what they stop and what they leave alone is
 * printed by `npm run bench:detection`.
 */
export const balanced: Preset = {
  "no-progress": { warn: 1, block: 2, open: 4 },
  repeat: { warn: 4, block: 6, open: 8 },
  error: { warn: 3, block: 6, open: 8 },
  storm: { warn: 4, block: 8, open: 12 },
  churn: { warn: 6, block: 12, open: false },
  poll: { warn: 10, block: 20, open: 30 },
  paging: { warn: 2, block: 3, open: 5 },
  mutation: { warn: 2, block: 3, open: 5 },
  signature: { warn: 8, block: false, open: false },
  delegation: { warn: 2, block: 3, open: 4 },
  "delegation-depth": { warn: 4, block: false, open: 8 },
  "delegation-pair": off,
  reassignment: { warn: 2, block: 3, open: 4 },
  drift: { warn: 3, block: false, open: false },
  context: off,
  collision: { warn: 1, block: false, open: false },
  text: { warn: 3, block: false, open: 5 },
};

/** Adds the classic counters: the third identical call, the third hand-off between the same two. */
export const strict: Preset = {
  ...balanced,
  signature: { warn: false, block: false, open: 3 },
  "delegation-pair": { warn: 2, block: false, open: 3 },
};

/** Waits longer before it refuses: for agents whose work often looks like a loop. */
const patient: Preset = {
  ...balanced,
  "no-progress": { warn: 2, block: 4, open: 6 },
  repeat: { warn: 6, block: 10, open: 14 },
  error: { warn: 5, block: 10, open: 14 },
  storm: { warn: 6, block: 12, open: 18 },
  poll: { warn: 20, block: 60, open: 90 },
  delegation: { warn: 3, block: 5, open: 7 },
  reassignment: { warn: 3, block: 5, open: 7 },
};

export type PresetName = "balanced" | "strict" | "patient";
export const presets: Readonly<Record<PresetName, Preset>> = { balanced, strict, patient };
