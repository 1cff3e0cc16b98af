import { OptionsError } from "@guard/core";
import { read, received } from "@guard/core/adapter";

/** Whether a value has all these methods. */
export function hasMethods(value: unknown, ...methods: readonly string[]): boolean {
  return methods.every((method) => typeof read(value, method) === "function");
}

/**
 * Checks an argument.
 *
 * @param expected the argument's name and what belongs there: `name: expected a text`
 * @param write how the call is written
 * @throws {OptionsError} unless `isRight`
 */
export function expectArgument(
  isRight: boolean,
  expected: string,
  value: unknown,
  write: string,
): void {
  if (isRight) return;
  throw new OptionsError([`${expected}, received ${received(value)}. Write ${write}`]);
}

/**
 * Checks the names in an object of options.
 *
 * @throws {OptionsError} for the first name that is not among `known`
 */
export function expectNames(path: string, value: object, known: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new OptionsError([
    `${path}.${unknown}: there is no such option. The options are ${known.join(", ")}`,
  ]);
}

/**
 * Checks the first two arguments of a contract.
 *
 * @throws {OptionsError} naming the argument
 */
export function checkRunner(runner: unknown, name: unknown, write: string): void {
  const isRunner = hasMethods(runner, "describe", "test", "expect");
  const expected = "runner: expected an object with describe, test and expect";
  expectArgument(isRunner, expected, runner, write);
  expectArgument(typeof name === "string", "name: expected a text", name, write);
}
