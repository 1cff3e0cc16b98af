/**
 * The same provider, except that every model it gives is guarded: by a call, as `openai("…")` does, by any of its
 * methods, as `openai.chat("…")` does, and by its id where the provider is the AI SDK's default.
 */
export function guardProvider<P extends object>(
  provider: P,
  guardModel: (made: object) => object,
): P {
  const guarded = (made: unknown): unknown =>
    typeof made === "object" && made !== null && "modelId" in made ? guardModel(made) : made;
  return new Proxy(provider, {
    apply: (target, self, args) =>
      guarded(Reflect.apply(target as (...args: unknown[]) => unknown, self, args)),
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function" || key === "constructor") return value;
      return (...args: unknown[]) => guarded(Reflect.apply(value, target, args));
    },
  });
}
