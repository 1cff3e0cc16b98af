import { canonical } from "./canonical.ts";
import { hash } from "./hash.ts";

/**
 * Returns the signature of a tool call: a short hash of the tool's name and its arguments. The order of keys does not matter.
 * Arguments as JSON text have the same signature as the object.
 *
 * @example
 * signature("search", { q: "x", page: 1 }) === signature("search", '{"page":1,"q":"x"}'); // true
 */
export function signature(tool: string, args: unknown): string {
  return hash(`${tool}\n${canonical(typeof args === "string" ? parsed(args) : args)}`);
}

/** How JSON text begins. Most texts are no JSON, and an exception for each would cost 30 times more. */
const jsonStart = /^\s*[[{"\-\dtfn]/;

/** The JSON that a text holds. The text itself if it holds none, or a number that would lose digits. */
export function parsed(text: string): unknown {
  if (!jsonStart.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "number" && String(value) !== text ? text : value;
  } catch {
    return text;
  }
}
