import * as v from "valibot";
import { OptionsError } from "../vocabulary/errors.ts";
import type { Place } from "./did-you-mean.ts";
import { faultOf } from "./fault-of.ts";
import { unreadable } from "./unreadable.ts";

/** An error names so many faults: more would fill a log. */
const mostFaults = 20;

/** Where faults are found. */
interface ReadOptions {
  /** The name of the argument: faults begin with it. Default: the options. */
  readonly at?: string;
  /** Where options are written: an unknown name may be one of another group. */
  readonly places?: readonly Place[];
}

/**
 * Reads an argument with a schema. What comes back is a copy.
 *
 * @throws {OptionsError} naming every fault with its path and value. Also if reading the argument throws: the error of the
 * getter or proxy is then its `cause`
 */
export function readWith<Schema extends v.GenericSchema>(
  schema: Schema,
  given: unknown,
  { at, places }: ReadOptions = {},
): v.InferOutput<Schema> {
  const read = tryReading(schema, given);
  if ("cause" in read) throw unreadable(at ?? "options", read.cause);
  if (read.success) return read.output;
  const shown = read.issues.slice(0, mostFaults);
  const faults = new Set(
    shown.map((issue) =>
      faultOf(issue, { ...(at === undefined ? {} : { at }), ...(places && { places }) }),
    ),
  );
  const more = read.issues.length - shown.length;
  throw new OptionsError([...faults, ...(more > 0 ? [`and ${more} more faults`] : [])]);
}

function tryReading<Schema extends v.GenericSchema>(
  schema: Schema,
  given: unknown,
): v.SafeParseResult<Schema> | { readonly cause: unknown } {
  try {
    return v.safeParse(schema, given);
  } catch (cause) {
    return { cause };
  }
}
