/**
 * The same provider, except that guard guards every model that the provider gives: `openai("…")`, `openai.chat("…")` and
 * `openai.languageModel("…")`, which the AI SDK calls for models that are only named.
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
