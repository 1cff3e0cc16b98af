import * as v from "valibot";
import { OptionsError } from "../vocabulary/errors.ts";
import type { Stop, StopSelector } from "../vocabulary/stop.ts";
import { object, strict } from "./options-schema.ts";
import { said } from "./override-options.ts";
import { readWith } from "./read-with.ts";

/** Who stops runs, lifts a stop or resets a breaker, and why. Events and the ledger hold both. */
export interface Reasons {
  /** Who decides, such as `"ops"`. */
  readonly by: string;
  /** The reason. */
  readonly why: string;
}

/** Who stops runs, why, and until when. */
export interface StopOptions extends Reasons {
  /** When the stop ends, in milliseconds since the epoch. Default: when you lift it. */
  readonly until?: number | undefined;
}

// Not even `undefined`: a caller that looks up an id and finds nothing would stop every run.
const id = v.exactOptional(
  v.message(v.pipe(v.string(), v.minLength(1)), "a text that is not empty"),
);
// Nor a promise, a map or a list: they have none of these fields, and would stop every run.
const selector = v.pipe(
  v.custom<StopSelector>(isPlain, 'a plain object, such as { user: "42" }'),
  strict({ run: id, session: id, user: id, app: id, organisation: id }),
);
const { until: _, ...who } = said;

/**
 * A stop as the registry keeps it.
 *
 * @throws {OptionsError} naming every fault with its path and value
 */
export function stopFrom(
  of: StopSelector,
  options: StopOptions,
  made: Pick<Stop, "id" | "at">,
): Stop {
  const runs = readWith(selector, of, { at: "stop" });
  const { until, ...kept } = readWith(object(said), options, { at: "stop" });
  if (until !== undefined && until <= made.at) {
    throw new OptionsError([`stop.until: expected a moment in the future, received ${until}`]);
  }
  return { force: "open", of: runs, ...kept, ...made, ...(until === undefined ? {} : { until }) };
}

/**
 * Who lifts a stop or resets a breaker, and why.
 *
 * @throws {OptionsError} naming every fault with its path and value
 */
export function reasonsFrom(options: Reasons, what: "lift" | "reset"): Reasons {
  return readWith(object(who), options, { at: what });
}

function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
