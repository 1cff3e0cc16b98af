import { checkArgument, hasMethods } from "@guard/core/adapter";

/**
 * Checks the first two arguments of a contract.
 *
 * @throws {OptionsError} naming the argument
 */
export function checkRunner(runner: unknown, name: unknown, write: string): void {
  checkArgument(runner, {
    path: "runner",
    expected: "an object with describe, test and expect",
    fits: (value) => hasMethods(value, "describe", "test", "expect"),
    write,
  });
  checkArgument(name, { path: "name", expected: "a text", fits: isText, write });
}

const isText = (value: unknown) => typeof value === "string";
