import { OptionsError } from "@guard/core";

/** The faults of options that have other keys than these. */
export function unknownKeys(options: object, known: readonly string[]): readonly string[] {
  return Object.keys(options)
    .filter((key) => !known.includes(key))
    .map((key) => `${key}: unknown option, expected ${known.join(" or ")}`);
}

/** @throws {OptionsError} naming every unknown option */
export function checkKeys(options: object, known: readonly string[]): void {
  const faults = unknownKeys(options, known);
  if (faults.length > 0) throw new OptionsError(faults);
}
