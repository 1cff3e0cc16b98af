import { contractOf } from "../vocabulary/contract.ts";
import { isPlainObject } from "./plain-object.ts";

/**
 * A received value for an error's message: short values as they are written, others by their kind.
 *
 * @example
 * received([1, 2]); // an array
 */
export function received(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return "an array";
  if (contractOf(value) !== undefined) return "breaker" in value ? "a registry" : "a breaker";
  const made: unknown = isPlainObject(value) ? undefined : value.constructor;
  return typeof made === "function" && made !== Object
    ? `an instance of ${made.name}`
    : "an object";
}
