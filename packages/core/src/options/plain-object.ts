/**
 * Whether a value is an object that was written down as one: `{ … }`, also one of another realm. An instance of a
 * class is not, nor a `Map` or a promise: what it holds may stand in its prototype, where a misspelt name goes unseen.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isWritten = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isWritten && !Object.hasOwn(value, "__proto__");
}
