/** A value, or a promise of it: in-process stores answer at once, remote ones later. */
export type MaybePromise<T> = T | Promise<T>;

/** Goes on at once with a value, later with a promise; a rejection goes to `failed`. */
export function after<T, R>(
  start: () => MaybePromise<T>,
  next: (value: T) => MaybePromise<R>,
  failed: (error: unknown) => MaybePromise<R>,
): MaybePromise<R> {
  try {
    const value = start();
    return value instanceof Promise ? later(value, next, failed) : next(value);
  } catch (error) {
    return failed(error);
  }
}

async function later<T, R>(
  value: Promise<T>,
  next: (value: T) => MaybePromise<R>,
  failed: (error: unknown) => MaybePromise<R>,
): Promise<R> {
  try {
    return await next(await value);
  } catch (error) {
    return failed(error);
  }
}
