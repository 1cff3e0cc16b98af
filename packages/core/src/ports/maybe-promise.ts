/** A value, or a promise of it. Stores in this process answer at once, remote ones later. */
export type MaybePromise<T> = T | Promise<T>;

/** Goes on at once with a value, and later with a promise. Errors go to `failed`. */
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

/** Calls `next` with the value, at once or when the promise resolves. Errors are thrown, or reject. */
export function andThen<T, R>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? onceThere(value, next) : next(value);
}

async function onceThere<T, R>(value: Promise<T>, next: (value: T) => MaybePromise<R>): Promise<R> {
  return next(await value);
}

/** Calls `next` for each item, one after the other. Returns at once if no result is a promise. */
export function inTurn<T, R>(
  items: readonly T[],
  next: (item: T) => MaybePromise<R>,
): MaybePromise<readonly R[]> {
  const done: R[] = [];
  for (const [index, item] of items.entries()) {
    const value = next(item);
    if (value instanceof Promise) return theRest(done, value, items.slice(index + 1), next);
    done.push(value);
  }
  return done;
}

async function theRest<T, R>(
  done: R[],
  first: Promise<R>,
  items: readonly T[],
  next: (item: T) => MaybePromise<R>,
): Promise<readonly R[]> {
  done.push(await first);
  for (const item of items) done.push(await next(item));
  return done;
}
