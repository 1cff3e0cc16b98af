import * as v from "valibot";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import { runAccount } from "../budget/accounts.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { Override } from "../vocabulary/override.ts";
import { faultOf } from "./fault-of.ts";
import { notPlain, object, strict } from "./options-schema.ts";
import { isPlainObject } from "./plain-object.ts";

/** Who says something over the breaker, and why; both are kept and told. */
interface SaidBy {
  readonly by: string;
  readonly why: string;
  /** Milliseconds since the epoch; without it, until it is lifted or used up. */
  readonly until?: number | undefined;
}

/**
 * Something that a human says over the breaker.
 *
 * - `force`: nothing passes (`open`), or everything (`closed`)
 * - `allow`: calls with this signature pass the rules, `times` times; ceilings hold all the same
 * - `extend`: this run may use so much more of an account (default: its own) than the limits say; if it
 *   was stopped for a spent budget it goes on
 * - `grant`: calls of this kind pass although the run has been stopped, `times` times (default: once)
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
  by: v.pipe(v.string("who says so"), v.minLength(1, "who says so")),
  why: v.pipe(v.string("a reason"), v.minLength(1, "a reason")),
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
  { ...said, force: v.picklist(["open", "closed"], "open or closed") },
  "force, allow, grant, extend, times, account, by, why, until",
);
const allow = strict({ ...said, allow: v.string("a signature"), times });
const grant = strict({
  ...said,
  grant: v.picklist(kinds, kinds.join(", ")),
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

/** The key of an override tells its kind, so a fault names what is wrong with that kind. */
const schema = v.lazy((value) => {
  if (!isPlainObject(value)) return notPlain;
  return "allow" in value ? allow : "grant" in value ? grant : "extend" in value ? extend : force;
});

/**
 * An override as it is kept.
 *
 * @throws {OptionsError} naming every fault with its path and value
 */
export function overrideFrom(options: OverrideOptions, id: string, at: number): Override {
  const checked = v.safeParse(schema, options);
  if (!checked.success) {
    throw new OptionsError([
      ...new Set(checked.issues.map((issue) => faultOf(issue, { at: "override" }))),
    ]);
  }
  const { until, ...kept } = checked.output;
  return { ...kept, id, at, ...(until === undefined ? {} : { until }) };
}
