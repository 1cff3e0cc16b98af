/**
 * The same object with other methods. Its own getters and methods run on the object itself: they may use private fields.
 */
export function withMethods<T extends object>(
  object: T,
  methods: Readonly<Record<string, unknown>>,
): T {
  return new Proxy(object, {
    get(target, key) {
      if (Object.hasOwn(methods, key)) return methods[key as string];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" && key !== "constructor" ? value.bind(target) : value;
    },
  });
}
