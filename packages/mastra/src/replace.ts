export type Method = (...args: readonly unknown[]) => unknown;

/** Replaces a method of one object in place, if the object has it. */
export function replace(object: object, name: string, by: (original: Method) => Method): void {
  const original: unknown = Reflect.get(object, name);
  if (typeof original !== "function") return;
  const value = by(original.bind(object) as Method);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
}

/**
 * Replaces the result of a method of one object, or the value of the promise that it returns. `by` also gets the first
 * argument of the method.
 */
export function replaceResult(
  object: object,
  name: string,
  by: (given: never, asked: unknown) => unknown,
): void {
  replace(object, name, (original) => (...args) => {
    const given = original(...args);
    if (!(given instanceof Promise)) return by(given as never, args[0]);
    return given.then((later: unknown) => by(later as never, args[0]));
  });
}
