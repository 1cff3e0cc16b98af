/**
 * How a run that begins inside another is known to: what `run` is given as `store` is what `getStore` gives inside
 * `fn`, across its awaits. Node's `AsyncLocalStorage` is one.
 */
export interface AsyncContext {
  getStore(): unknown;
  run<T>(store: unknown, fn: () => T): T;
}

const AsyncLocalStorage =
  globalThis.process?.getBuiltinModule?.("node:async_hooks")?.AsyncLocalStorage;

/** The platform's, one for all breakers; at the edge there may be none. */
export const systemContext: AsyncContext | undefined =
  AsyncLocalStorage === undefined ? undefined : new AsyncLocalStorage<unknown>();
