import { noSuchOption } from "../options/fault-of.ts";
import { isPlainObject } from "../options/plain-object.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import { checkArgument } from "./check-argument.ts";

/**
 * Checks the names in an object of options. The values are the caller's to check.
 *
 * @param names the options that there are
 * @param write what to write in place of something that is no object: `Write { agent: "researcher" }.`
 * @param path the name of the argument. Faults begin with it, unless it is `options`
 * @throws {OptionsError} for a value that is no plain object, and naming every option that does not exist
 */
export function checkOptions(
  options: unknown,
  names: readonly string[],
  write: string,
  path = "options",
): void {
  checkArgument(options, { path, expected: "a plain object", fits: isPlainObject, write });
  const unknown = Object.keys(options as object).filter((key) => !names.includes(key));
  const at = path === "options" ? "" : `${path}.`;
  const faults = unknown.map((key) => `${at}${noSuchOption(key, names)}`);
  if (faults.length > 0) throw new OptionsError(faults);
}
