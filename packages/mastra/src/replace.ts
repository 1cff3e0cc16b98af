export type Method = (...args: readonly unknown[]) => unknown;

/** Replaces a method of one object in place, where it has that; nothing else of the object changes. */
export function replace(object: object, name: string, by: (original: Method) => Method): void {
  const original: unknown = Reflect.get(object, name);
  if (typeof original !== "function") return;
  const value = by(original.bind(object) as Method);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
}

/** Replaces what a method of one object gives, at once or later. */
export function replaceResult(object: object, name: string, by: (given: never) => unknown): void {
  replace(object, name, (original) => (...args) => {
    const given = original(...args);
    if (!(given instanceof Promise)) return by(given as never);
    return given.then((later: unknown) => by(later as never));
  });
}
