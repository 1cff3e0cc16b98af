/** Whether a function is declared `async`. Another function tells only by its result whether it returns a promise. */
export function isAsyncFunction(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object AsyncFunction]";
}

/** Makes a call that may return a promise. If it does (`isAsync`), the promise rejects: the call does not throw at once. */
export function neverAtOnce<T>(isAsync: boolean, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (isAsync) return Promise.reject(error) as T;
    throw error;
  }
}
