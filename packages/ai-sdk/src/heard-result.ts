import type { Place } from "./inside-run.ts";

/** Whether the result of a call is a stream. */
export function isStream(result: unknown): result is object {
  return typeof result === "object" && result !== null && "consumeStream" in result;
}

/**
 * The same result of a stream, except that its promises and its streams throw the error that stopped the stream. Before
 * AI SDK 7 they do not, and `text` would be empty. Results of version 7 have a `stream`.
 */
export function heardResult<T extends object>(result: T, place: Place): T {
  if ("stream" in result) return result;
  return new Proxy(result, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (value instanceof Promise) return heard(value, place);
      if (value instanceof ReadableStream) return value.pipeThrough(untilStop(place));
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function heard(promise: Promise<unknown>, place: Place): Promise<unknown> {
  const told = promise.then((value) => {
    if (place.stop !== undefined) throw place.stop;
    return value;
  });
  told.catch(() => {}); // code may read the promise and never await it
  return told;
}

function untilStop(place: Place): TransformStream {
  return new TransformStream({
    flush(controller) {
      if (place.stop !== undefined) controller.error(place.stop);
    },
  });
}
