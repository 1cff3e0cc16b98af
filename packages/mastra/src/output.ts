import type { CircuitOpenError } from "@guard/core";
import { read } from "@guard/core/adapter";

/** What Mastra streams, and tells of its end. */
export interface StreamedOutput {
  readonly finishReason: Promise<unknown>;
  readonly _waitUntilFinished: () => Promise<void>;
}

export function isStreamed(output: object): output is StreamedOutput {
  return typeof read(output, "_waitUntilFinished") === "function";
}

/**
 * The same output of a streamed call, except that whatever is awaited or iterated of it ends in the stop, where the
 * caller must hear of it.
 *
 * @param end what is done when Mastra has finished, whoever reads: returns what the caller must hear
 */
export function watchedOutput<T extends StreamedOutput>(
  output: T,
  end: () => Promise<CircuitOpenError | undefined>,
): T {
  let finish: (() => void) | undefined;
  const over = new Promise<void>((resolve) => {
    finish = resolve;
  }).then(end);
  // oxlint-disable-next-line no-underscore-dangle -- Mastra's own name
  void output._waitUntilFinished().then(finish, finish);
  /** Old versions say nothing there once a reader has left. To read anything begins the work, so this does no harm. */
  const listen = () => void output.finishReason.then(finish, finish);
  const stopOr = async (result: unknown) => {
    const stop = await over;
    if (stop !== undefined) throw stop;
    return result;
  };
  const orStop = (value: unknown): unknown => {
    const isStream = value instanceof ReadableStream;
    if (!isStream && !(value instanceof Promise)) return value;
    listen();
    if (!isStream) return value.then(stopOr);
    const flush = async () => void (await stopOr(undefined));
    return value.pipeThrough(new TransformStream({ flush }));
  };
  return new Proxy(output, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function" || key === "constructor") return orStop(value);
      if (key === "_waitUntilFinished") return value.bind(target) as unknown;
      return (...args: readonly unknown[]) => orStop(Reflect.apply(value, target, args) as unknown);
    },
  });
}
