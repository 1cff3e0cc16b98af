import * as v from "valibot";
import { OptionsError } from "../vocabulary/errors.ts";
import { faultOf } from "./fault-of.ts";

/**
 * Reads an argument with a schema. What comes back is a copy.
 *
 * @param at the name of the argument: faults begin with it
 * @throws {OptionsError} naming every fault with its path and value
 */
export function readWith<Schema extends v.GenericSchema>(
  schema: Schema,
  given: unknown,
  at: string,
): v.InferOutput<Schema> {
  const checked = v.safeParse(schema, given);
  if (checked.success) return checked.output;
  throw new OptionsError([...new Set(checked.issues.map((issue) => faultOf(issue, { at })))]);
}
