import type { RuleName } from "../vocabulary/call.ts";
import type { Ladder } from "../rules/ladder.ts";

/**
 * The thresholds of every rule, as plain data.
 *
 * @example
 * const registry = createRegistry({ preset: { ...presets.balanced, drift: presets.strict.drift } });
 */
export type Preset = { readonly [Rule in RuleName]: Ladder };

const off: Ladder = { warn: false, block: false, open: false };

/** The default. The numbers come from recorded runs: `npm run bench:detection` prints which of them guard stops. */
export const balanced: Preset = {
  "no-progress": { warn: 1, block: 2, open: 4 },
  repeat: { warn: 4, block: 6, open: 8 },
  error: { warn: 3, block: 6, open: 8 },
  storm: { warn: 4, block: 8, open: 10 },
  churn: { warn: 6, block: 12, open: 14 },
  poll: { warn: 10, block: 20, open: 22 },
  paging: { warn: 2, block: 3, open: 5 },
  mutation: { warn: 2, block: 3, open: 5 },
  signature: { warn: 8, block: false, open: false },
  delegation: { warn: 2, block: 3, open: 5 },
  "delegation-depth": { warn: 4, block: false, open: 8 },
  "delegation-pair": off,
  reassignment: { warn: 2, block: 3, open: 5 },
  drift: { warn: 3, block: false, open: false },
  context: off,
  collision: { warn: 1, block: false, open: false },
  text: { warn: 3, block: false, open: 5 },
  again: { warn: 5, block: false, open: 15 },
  "failing-model": { warn: 3, block: false, open: 8 },
};

/**
 * Adds the classic counters: the third identical call, the third hand-off between the same two agents, the third failure
 * in a row, model calls that cost three times as much. They also stop honest work: the third identical call alone stops
 * 4.2 % of 33,681 recorded runs that ended well, and most honest polls (`docs/rules.md`).
 */
export const strict: Preset = {
  ...balanced,
  signature: { warn: false, block: false, open: 3 },
  storm: { warn: 2, block: 3, open: 5 },
  drift: { warn: 2, block: false, open: 3 },
  "delegation-pair": { warn: 2, block: false, open: 3 },
};

/** Waits longer before it refuses: for agents whose work often looks like a loop. */
const patient: Preset = {
  ...balanced,
  "no-progress": { warn: 2, block: 4, open: 6 },
  repeat: { warn: 6, block: 10, open: 12 },
  error: { warn: 5, block: 10, open: 12 },
  storm: { warn: 6, block: 12, open: 14 },
  churn: { warn: 12, block: 24, open: 26 },
  poll: { warn: 20, block: 60, open: 62 },
  delegation: { warn: 3, block: 5, open: 7 },
  reassignment: { warn: 3, block: 5, open: 7 },
  text: { warn: 5, block: false, open: 10 },
  again: { warn: 10, block: false, open: 30 },
  "failing-model": { warn: 5, block: false, open: 16 },
};

/** The name of a preset: `"balanced"` is the default. */
export type PresetName = "balanced" | "strict" | "patient";

/**
 * The three presets: print, copy or change them.
 *
 * - `balanced`: the default
 * - `strict`: stops at the third identical call, hand-off or failure, and so stops some honest runs, too
 * - `patient`: waits longer, for agents whose work often looks like a loop
 */
export const presets: Readonly<Record<PresetName, Preset>> = { balanced, strict, patient };
