import type { Outcome } from "../call.ts";
import { canonical, unreadable } from "./canonical.ts";
import { hash } from "./hash.ts";
import { mask } from "./mask.ts";

/**
 * The signature of a tool call: a short hash of the tool's name and its canonical arguments.
 * Arguments given as JSON text have the signature of what that text says.
 *
 * @example
 * signature("search", { q: "x", page: 1 }) === signature("search", '{"page":1,"q":"x"}'); // true
 */
export function signature(tool: string, args: unknown): string {
  return hash(`${tool}\n${canonical(typeof args === "string" ? parsed(args) : args)}`);
}

/** A text as the JSON it holds; as it is where it holds none, or a number that would lose digits. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "number" && String(value) !== text ? text : value;
  } catch {
    return text;
  }
}

/** An outcome as two hashes: of what came back, and of what is left of it after masking. */
export interface OutcomeHash {
  readonly exact: string;
  readonly masked: string;
}

/** The outcome of a call that nobody saw come back; it equals itself. */
export const unseenOutcome: OutcomeHash = { exact: "unknown", masked: "unknown" };

/** The hashes of an outcome. A success and a failure with the same text are different outcomes. */
export function outcomeHash(outcome: Outcome): OutcomeHash {
  const text = `${outcome.status}\n${outcomeText(outcome)}`;
  return { exact: hash(text), masked: hash(mask(text)) };
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.status) {
    case "success":
      return textOf(outcome.result);
    case "failure":
      return errorText(outcome.error);
    default:
      return "";
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : canonical(value);
}

function errorText(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : textOf(error);
  } catch {
    return unreadable;
  }
}
