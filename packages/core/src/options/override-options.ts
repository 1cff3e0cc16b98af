import * as v from "valibot";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import { runAccount } from "../budget/run-account.ts";
import type { Override } from "../vocabulary/override.ts";
import { notPlain, object, strict } from "./options-schema.ts";
import { readWith } from "./read-with.ts";
import { isPlainObject } from "./plain-object.ts";

/** Who overrides the breaker, and why. The `override` event, snapshots and the ledger hold both. */
interface SaidBy {
  /** Who decides, such as `"ops"`. */
  readonly by: string;
  /** The reason. */
  readonly why: string;
  /** When the override ends, in milliseconds since the epoch. Default: when you lift it, or when it is used up. */
  readonly until?: number | undefined;
}

/**
 * A human's decision. It wins over the breaker's. `by` and `why` are required.
 *
 * - `force: "open"` stops the run; `force: "closed"` lets every call run: no rule and no budget stops it
 * - `allow` lets calls with this signature run, `times` times, although a rule would refuse them; budgets still hold
 * - `extend` lets the run use more of its budget than the limit says; a run that was stopped for a spent budget goes on
 * - `grant` lets calls of this kind run although the run is stopped, `times` times (default: once)
 *
 * @example
 * breaker.override({ extend: { usd: 5 }, by: "ops", why: "the report is almost done" });
 */
export type OverrideOptions = SaidBy &
  (
    | { readonly force: "open" | "closed" }
    | { readonly allow: string; readonly times: number }
    | { readonly grant: "tool" | "model" | "delegation"; readonly times?: number | undefined }
    | { readonly extend: Ceilings; readonly account?: string | undefined }
  );

export const said: {
  readonly by: v.GenericSchema<string>;
  readonly why: v.GenericSchema<string>;
  readonly until: v.OptionalSchema<v.GenericSchema<number>, undefined>;
} = {
  by: v.message(v.pipe(v.string(), v.minLength(1)), "a name that is not empty, such as ops"),
  why: v.message(v.pipe(v.string(), v.minLength(1)), "a reason that is not empty"),
  until: v.optional(
    v.message(v.pipe(v.number(), v.finite()), "a moment in milliseconds since the epoch"),
  ),
};
const times = v.message(
  v.pipe(v.number(), v.finite(), v.integer(), v.minValue(1)),
  "a whole number of at least 1",
);
const kinds = ["tool", "model", "delegation"] as const;

const force = v.strictObject(
  { ...said, force: v.picklist(["open", "closed"], '"open" or "closed"') },
  "force, allow, grant, extend, times, account, by, why, until",
);
const allow = strict({
  ...said,
  allow: v.string("a signature, such as finding.signatures[0]"),
  times,
});
const grant = strict({
  ...said,
  grant: v.picklist(kinds, `one of ${kinds.join(", ")}`),
  times: v.optional(times, 1),
});
const more = v.optional(
  v.message(v.pipe(v.number(), v.finite(), v.minValue(0)), "a number of at least 0"),
);
const extend = strict({
  ...said,
  extend: object({ modelCalls: more, toolCalls: more, tokens: more, usd: more, wallMs: more }),
  account: v.optional(v.string("an account, such as user:42"), runAccount),
});

/** The key of an override tells its kind, so each fault names a field of that kind. */
const schema = v.lazy((value) => {
  if (!isPlainObject(value)) return notPlain;
  return "allow" in value ? allow : "grant" in value ? grant : "extend" in value ? extend : force;
});

/**
 * An override as the breaker keeps it.
 *
 * @throws {OptionsError} naming every fault with its path and value
 */
export function overrideFrom(options: OverrideOptions, id: string, at: number): Override {
  const { until, ...kept } = readWith(schema, options, { at: "override" });
  return { ...kept, id, at, ...(until === undefined ? {} : { until }) };
}
