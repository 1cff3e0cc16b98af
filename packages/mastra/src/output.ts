import type { CircuitOpenError } from "@guard/core";
import { read } from "@guard/core/adapter";

/** A streamed output of Mastra: of an agent, or of a network. A network's output is a stream itself. */
interface StreamedOutput {
  readonly finishReason?: Promise<unknown>;
  readonly result?: Promise<unknown>;
  readonly _waitUntilFinished?: () => Promise<void>;
}

export function isStreamed(output: object): output is StreamedOutput {
  return (
    output instanceof ReadableStream || typeof read(output, "_waitUntilFinished") === "function"
  );
}

/**
 * The same output, but all its promises and streams end in the stop if the caller must hear of one.
 *
 * @param end called when Mastra has finished, even if the caller reads nothing. Returns the stop that the caller must hear of
 */
export function watchedOutput<T extends StreamedOutput>(
  output: T,
  end: () => Promise<CircuitOpenError | undefined>,
): T {
  let finish: (() => void) | undefined;
  const over = new Promise<void>((resolve) => {
    finish = resolve;
  }).then(end);
  over.catch(() => {}); // the readers get the error
  // oxlint-disable-next-line no-underscore-dangle -- Mastra's own name
  void output._waitUntilFinished?.().then(finish, finish);
  /** Old versions do not settle that promise once a reader has left. Any read starts the work, so listening here is safe. */
  const listen = () => void (output.finishReason ?? output.result)?.then(finish, finish);
  const hear = async () => {
    const stop = await over;
    if (stop !== undefined) throw stop;
  };
  const flush = async () => {
    if (output instanceof ReadableStream) finish?.();
    await hear();
  };
  const ending = () => new TransformStream({ flush });
  const orStop = (value: unknown): unknown => {
    if (value instanceof Promise) {
      listen();
      const ended = value.then(
        async (result: unknown) => hear().then(() => result),
        async (error: unknown) => hear().then(() => Promise.reject(error)),
      );
      ended.catch(() => {}); // the caller may read the property and never await it
      return ended;
    }
    if (!(value instanceof ReadableStream)) return value;
    listen();
    return value.pipeThrough(ending());
  };
  let own: ReadableStream | undefined;
  const ownStream = (stream: ReadableStream) => (own ??= stream.pipeThrough(ending()));
  return new Proxy(output, {
    get(target, key) {
      const isOwn = target instanceof ReadableStream && key in ReadableStream.prototype;
      const from = isOwn ? ownStream(target) : target;
      const value: unknown = Reflect.get(from, key, from);
      if (typeof value !== "function" || key === "constructor") return orStop(value);
      if (isOwn || key === "_waitUntilFinished") return value.bind(from) as unknown;
      return (...args: readonly unknown[]) => orStop(Reflect.apply(value, target, args) as unknown);
    },
  });
}
