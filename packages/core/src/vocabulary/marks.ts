/** Gives an error a property that is not enumerable. */
export function mark(error: Error, key: PropertyKey, value: unknown): void {
  Object.defineProperty(error, key, { value, enumerable: false });
}

/** Whether a value was marked, also by another copy of this package. */
export function hasMark(value: unknown, key: symbol): boolean {
  return read(value, key) === true;
}

/** A property of an object. `undefined` if reading it throws, and for what is no object. */
export function read(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}
