import { isBookable } from "../budget/amounts.ts";
import { received } from "../options/options-schema.ts";
import type { Call, Decision, Outcome, Token } from "../vocabulary/call.ts";
import { providerTools } from "../vocabulary/provider-tool.ts";

/** What is wrong with an argument: where, what was expected there, and what stands there. */
interface Fault {
  readonly path: string;
  readonly expected: string;
  readonly value: unknown;
}

/** The field that names what a call is for; a model need not be named. */
const names = { tool: "tool", model: undefined, delegation: "to" } as const;
/** What a call may have, as a text. */
const texts = ["id", "model", "provider", "serviceTier", "taskId"] as const;
const statuses: readonly unknown[] = ["success", "failure", "ignored", "unknown"];
const figure = "a number of at least 0";

/**
 * Calls that are ones, in a list of their own: what happens to the list later changes nothing.
 *
 * @throws {TypeError} for the first that is no call, before any is judged
 */
export function checkedCalls(calls: readonly Call[]): readonly Call[] {
  if (!Array.isArray(calls)) refuse("calls", { path: "", expected: "a list", value: calls });
  const own: readonly Call[] = [...calls];
  for (const [index, call] of own.entries()) {
    const fault = faultOfCall(call);
    if (fault !== undefined) refuse(`calls.${index}`, fault);
  }
  return own;
}

/** What makes a call none that guard can judge. */
export function faultOfCall(call: Call): Fault | undefined {
  if (!isObject(call)) return { path: "", expected: "a call", value: call };
  const { kind, estimate } = call;
  if (typeof kind !== "string" || !Object.hasOwn(names, kind)) {
    return { path: "kind", expected: `one of ${Object.keys(names).join(", ")}`, value: kind };
  }
  const name = names[kind];
  const given: unknown = name && Reflect.get(call, name);
  if (name !== undefined && typeof given !== "string") {
    return { path: name, expected: "a name", value: given };
  }
  const odd = texts.find((field) => !isText(Reflect.get(call, field)));
  if (odd !== undefined) return { path: odd, expected: "a text", value: Reflect.get(call, odd) };
  if (kind === "model" && !isFigure(call.maxOutputTokens)) {
    return { path: "maxOutputTokens", expected: figure, value: call.maxOutputTokens };
  }
  const runs = (kind === "model" ? call.providerTools : undefined) ?? {};
  if (!isObject(runs)) return { path: "providerTools", expected: "an object", value: runs };
  const run = providerTools.find((tool) => !isFigure(runs[tool]));
  if (run !== undefined) {
    return { path: `providerTools.${run}`, expected: figure, value: runs[run] };
  }
  if (estimate === undefined) return undefined;
  if (!isObject(estimate)) return { path: "estimate", expected: "an object", value: estimate };
  const wrong = (["tokens", "usd"] as const).find((field) => !isFigure(estimate[field]));
  return wrong && { path: `estimate.${wrong}`, expected: figure, value: estimate[wrong] };
}

/** @throws {TypeError} for what `admit` never gives; a token that is made up well is the breaker's to judge */
export function checkToken(token: Token, path = "token"): void {
  if (!isObject(token)) refuse(path, { path: "", expected: "a token", value: token });
  for (const [field, type] of [
    ["id", "string"],
    ["lane", "string"],
    ["generation", "number"],
  ] as const) {
    if (typeof token[field] !== type) {
      refuse(path, { path: field, expected: `a ${type}`, value: token[field] });
    }
  }
}

/** @throws {TypeError} for what `admit` never gives */
export function checkDecision(decision: Decision): void {
  const fault = { path: "", expected: "a decision", value: decision };
  if (!isObject(decision) || !Array.isArray(decision.findings)) refuse("decision", fault);
  checkToken(decision.token, "decision.token");
}

/** @throws {TypeError} for what tells no status; what it says was used is a provider's word, and never an error */
export function checkOutcome(outcome: Outcome): void {
  const fault = { path: "", expected: "an outcome", value: outcome };
  if (!isObject(outcome)) refuse("outcome", fault);
  const { status } = outcome;
  if (statuses.includes(status)) return;
  refuse("outcome", { path: "status", expected: `one of ${statuses.join(", ")}`, value: status });
}

/** @throws {TypeError} for what can't be called */
export function checkFunction(fn: unknown, path: string): void {
  if (typeof fn !== "function") refuse(path, { path: "", expected: "a function", value: fn });
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isFigure(value: unknown): boolean {
  return value === undefined || isBookable(value);
}

/** A text in place of an object may be a prompt or a result: these never stand in a message. */
function refuse(at: string, { path, expected, value }: Fault): never {
  const where = [at, path].filter((part) => part !== "").join(".");
  const what = path === "" && typeof value === "string" ? "a text" : received(value);
  throw new TypeError(`${where}: expected ${expected}, received ${what}`);
}
