/** Gives an error a property that is not enumerable. */
export function mark(error: Error, key: PropertyKey, value: unknown): void {
  Object.defineProperty(error, key, { value, enumerable: false });
}

/** Whether a value was marked, also by another copy of this package. */
export function hasMark(value: unknown, key: symbol): boolean {
  return typeof value === "object" && value !== null && read(value, key) === true;
}

/** A property. `undefined` if reading it throws. */
export function read(value: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}
