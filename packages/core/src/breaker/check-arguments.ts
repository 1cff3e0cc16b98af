import { closest } from "../options/did-you-mean.ts";
import { received } from "../options/received.ts";
import type { Decision, Outcome, Token } from "../vocabulary/call.ts";
import { eventNames } from "../vocabulary/events.ts";

/** A fault of an argument, with what to write instead. `path` is empty if the whole argument is wrong. */
export interface Fault {
  readonly path: string;
  readonly problem: string;
}

const statuses: readonly unknown[] = ["success", "failure", "ignored", "unknown"];

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

/** @throws {TypeError} for what is no token. The breaker finds out whether it has made the token */
export function checkToken(token: Token, path = "token"): void {
  if (!isObject(token)) refuse(path, unexpected("", "a token", token));
  const instead = "token" in token ? `decision.token` : undefined;
  for (const [field, type] of [
    ["id", "string"],
    ["lane", "string"],
    ["generation", "number"],
  ] as const) {
    const value = token[field];
    if (typeof value !== type) refuse(path, unexpected(field, `a ${type}`, value, instead));
  }
}

/** @throws {TypeError} for what is no decision */
export function checkDecision(decision: Decision): void {
  const isDecision = isObject(decision) && Array.isArray(decision.findings);
  if (!isDecision) refuse("decision", unexpected("", "a decision", decision));
  checkToken(decision.token, "decision.token");
}

/** @throws {TypeError} for an outcome without a status. Its `usage` is a provider's word, so a wrong one is no error */
export function checkOutcome(outcome: Outcome): void {
  const instead = '{ status: "success", result }';
  if (!isObject(outcome)) refuse("outcome", unexpected("", "an outcome", outcome, instead));
  const { status } = outcome;
  if (statuses.includes(status)) return;
  refuse("outcome", unexpected("status", `one of ${statuses.join(", ")}`, status, instead));
}

/** @throws {TypeError} for what is no function */
export function checkFunction(fn: unknown, path: string, instead?: string): void {
  if (typeof fn !== "function") refuse(path, unexpected("", "a function", fn, instead));
}

/** @throws {TypeError} for an event that does not exist, and for a listener that is no function */
export function checkListener(event: unknown, listener: unknown): void {
  const names = ["*", ...eventNames];
  if (typeof event !== "string" || !names.includes(event)) {
    const near = typeof event === "string" ? closest(event, names) : undefined;
    const hint = near === undefined ? `there are ${names.join(", ")}` : `did you mean "${near}"?`;
    throw new TypeError(`on: there is no event ${received(event)} (${hint})`);
  }
  checkFunction(listener, "listener", `on("${event}", (event) => { … })`);
}

/** @throws {TypeError} for a name of an agent that is no text */
export function checkAgent(name: unknown, id: unknown): void {
  const instead = 'breaker.agent("researcher")';
  if (typeof name !== "string") refuse("agent", unexpected("", "a name", name, instead));
  if (typeof id !== "string") refuse("id", unexpected("", "a text", id));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
