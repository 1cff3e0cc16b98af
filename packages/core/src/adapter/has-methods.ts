import { read } from "./read.ts";

/** Whether an object or a function has all these methods. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return names.every((name) => typeof read(value, name) === "function");
}
