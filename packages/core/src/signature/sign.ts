import { canonical } from "./canonical.ts";
import { hash } from "./hash.ts";

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

/** How a text begins that can be JSON: most are not, and to be told so by an exception costs 30 times more. */
const jsonStart = /^\s*[[{"\-\dtfn]/;

/** A text as the JSON it holds; as it is where it holds none, or a number that would lose digits. */
export function parsed(text: string): unknown {
  if (!jsonStart.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "number" && String(value) !== text ? text : value;
  } catch {
    return text;
  }
}
