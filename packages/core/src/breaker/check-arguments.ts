import { refuse, unexpected } from "../options/check-value.ts";
import type { Decision, Outcome, Token } from "../vocabulary/call.ts";

const statuses: readonly unknown[] = ["success", "failure", "ignored", "unknown"];

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

/** @throws {TypeError} for a name of an agent that is no text */
export function checkAgent(name: unknown, id: unknown): void {
  const instead = 'breaker.agent("researcher")';
  if (typeof name !== "string") refuse("agent", unexpected("", "a name", name, instead));
  if (typeof id !== "string") refuse("id", unexpected("", "a text", id));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
