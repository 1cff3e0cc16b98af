import { OptionsError } from "@guard/core";
import { noSuchOption } from "@guard/core/adapter";

/** @throws {OptionsError} for each option without a meaning, with the names that there are */
export function checkOptions(options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).filter((key) => !names.includes(key));
  if (unknown.length > 0) throw new OptionsError(unknown.map((key) => noSuchOption(key, names)));
}
