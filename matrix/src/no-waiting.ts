/** Lets timers fire at once while `run` is under way: retries wait between their attempts. */
export async function withoutWaiting<T>(run: () => Promise<T>): Promise<T> {
  const { setTimeout: waiting } = globalThis;
  const atOnce = (told: (...args: unknown[]) => void, _ms?: number, ...args: unknown[]) =>
    waiting(told, 0, ...args);
  globalThis.setTimeout = Object.assign<typeof atOnce, typeof setTimeout>(atOnce, waiting);
  try {
    return await run();
  } finally {
    globalThis.setTimeout = waiting;
  }
}
