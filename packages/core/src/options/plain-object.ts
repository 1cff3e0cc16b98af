import { contractOf } from "../vocabulary/contract.ts";

/**
 * Whether a value is an object that was written as one: `{ … }`, also in another realm. An instance of a class, a `Map`
 * or a promise is no plain object: its prototype may hold a misspelt name, and guard would not see it. Nor is a registry.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  try {
    return isWritten(value);
  } catch {
    return false; // a revoked proxy, or one that throws
  }
}

function isWritten(value: object): boolean {
  if (Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isLiteral = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isLiteral && !Object.hasOwn(value, "__proto__") && contractOf(value) === undefined;
}
