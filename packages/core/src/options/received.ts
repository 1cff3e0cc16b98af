import { contractOf } from "../vocabulary/contract.ts";
import { isPlainObject } from "./plain-object.ts";
import { shortened } from "./shortened.ts";

/**
 * A received value for an error's message: short values as they are written, others by their kind. Never throws.
 *
 * @example
 * received([1, 2]); // an array
 */
export function received(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
  if (typeof value === "bigint") return shortened(`${value}n`);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return shortened(String(value));
  try {
    return kindOf(value);
  } catch {
    return "an object that guard can't read";
  }
}

function kindOf(value: object): string {
  if (Array.isArray(value)) return "an array";
  if (contractOf(value) !== undefined) return "breaker" in value ? "a registry" : "a breaker";
  const made: unknown = isPlainObject(value) ? undefined : value.constructor;
  if (typeof made !== "function" || made === Object) return "an object";
  const name: unknown = made.name;
  return typeof name === "string" ? `an instance of ${shortened(name)}` : "an object";
}
