import { closest } from "./did-you-mean.ts";
import { received } from "./received.ts";

/** A fault of an argument, with what to write instead. `path` is empty if the whole argument is wrong. */
export interface Fault {
  readonly path: string;
  readonly problem: string;
}

/** A value that is not what was expected. */
export function unexpected(
  path: string,
  expected: string,
  value: unknown,
  instead?: string,
): Fault {
  // A text in place of an object may be a prompt or a result. Never show it in a message.
  const what = path === "" && typeof value === "string" ? "a text" : received(value);
  const hint = instead === undefined ? "" : ` (write ${instead})`;
  return { path, problem: `expected ${expected}, received ${what}${hint}` };
}

/** @throws {TypeError} naming the argument, what is wrong with it and what to write instead */
export function refuse(at: string, { path, problem }: Fault): never {
  const where = [at, path].filter((part) => part !== "").join(".");
  throw new TypeError(`${where}: ${problem}`);
}

/** @throws {TypeError} for what is no function */
export function checkFunction(fn: unknown, path: string, instead?: string): void {
  if (typeof fn !== "function") refuse(path, unexpected("", "a function", fn, instead));
}

/** @throws {TypeError} for an event that does not exist, and for a listener that is no function */
export function checkListener(event: unknown, listener: unknown, events: readonly string[]): void {
  const names = ["*", ...events];
  if (typeof event !== "string" || !names.includes(event)) {
    const near = typeof event === "string" ? closest(event, names) : undefined;
    const hint = near === undefined ? `there are ${names.join(", ")}` : `did you mean "${near}"?`;
    throw new TypeError(`on: there is no event ${received(event)} (${hint})`);
  }
  checkFunction(listener, "listener", `on("${event}", (event) => { … })`);
}
