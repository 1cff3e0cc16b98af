import * as v from "valibot";
import { object } from "../options/options-schema.ts";
import { readWith } from "../options/read-with.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { Forced } from "./circuit-state.ts";
import type { ForceOptions } from "./failure-circuit.ts";

const words = v.optional(v.message(v.pipe(v.string(), v.minLength(1)), "a text that is not empty"));
const schema = object({
  by: words,
  why: words,
  until: v.optional(
    v.message(v.pipe(v.number(), v.finite()), "a moment in milliseconds since the epoch"),
  ),
});

/**
 * Who forces a circuit, as the circuit keeps it.
 *
 * @throws {OptionsError} naming every fault with its path and value
 */
export function forcedFrom(given: ForceOptions, at: string, now: number): Omit<Forced, "to"> {
  const { by, why, until } = readWith(schema, given, { at }) as ForceOptions;
  if (until !== undefined && until <= now) {
    throw new OptionsError([
      `${at}.until: expected a moment after now (${now}), received ${until}`,
    ]);
  }
  return {
    ...(by === undefined ? {} : { by }),
    ...(why === undefined ? {} : { why }),
    ...(until === undefined ? {} : { until }),
  };
}
