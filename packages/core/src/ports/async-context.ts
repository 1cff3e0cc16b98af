/**
 * Lets guard see in which run code runs: `getStore` returns inside `fn`, also after an `await`, what `run` got as `store`.
 * Node's `AsyncLocalStorage` is one.
 */
export interface AsyncContext {
  getStore(): unknown;
  run<T>(store: unknown, fn: () => T): T;
}

const AsyncLocalStorage =
  globalThis.process?.getBuiltinModule?.("node:async_hooks")?.AsyncLocalStorage;

/** A new context of the platform. Some edge platforms have none. */
export function newContext(): AsyncContext | undefined {
  return AsyncLocalStorage === undefined ? undefined : new AsyncLocalStorage<unknown>();
}

/** The platform's context, one for all breakers. */
export const systemContext: AsyncContext | undefined = newContext();
