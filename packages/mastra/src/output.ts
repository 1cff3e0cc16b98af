import type { CircuitOpenError } from "@guard/core";

/**
 * The same output of a streamed call, except that whatever is awaited or iterated of it ends in the stop, where the
 * caller must hear of it.
 *
 * @param over when Mastra has finished, whoever reads: what the caller must hear
 */
export function watchedOutput<T extends object>(
  output: T,
  over: Promise<CircuitOpenError | undefined>,
): T {
  const orStop = <V>(value: V): V => {
    if (value instanceof Promise) return value.then((result) => stopOr(result)) as V;
    return value instanceof ReadableStream ? (value.pipeThrough(ending()) as V) : value;
  };
  const stopOr = async (result: unknown) => {
    const stop = await over;
    if (stop !== undefined) throw stop;
    return result;
  };
  const ending = () =>
    new TransformStream({
      flush: async () => {
        await stopOr(undefined);
      },
    });
  return new Proxy(output, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function" || key === "constructor") return orStop(value);
      if (key === "_waitUntilFinished") return value.bind(target);
      return (...args: readonly unknown[]) => orStop(Reflect.apply(value, target, args) as unknown);
    },
  });
}
