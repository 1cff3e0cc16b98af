import type { Place } from "./inside-run.ts";

/** Whether a call has given a stream. */
export function isStream(result: unknown): result is object {
  return typeof result === "object" && result !== null && "consumeStream" in result;
}

/**
 * The result of a stream, except that its promises and its streams say what has stopped it. Before AI SDK 7, whose
 * results have a `stream`, they say nothing of that: `text` would be empty.
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
  told.catch(() => {}); // it may be read and never awaited
  return told;
}

function untilStop(place: Place): TransformStream {
  return new TransformStream({
    flush(controller) {
      if (place.stop !== undefined) controller.error(place.stop);
    },
  });
}
