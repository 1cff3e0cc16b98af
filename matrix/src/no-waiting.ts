/** A timer of a minute or more is a deadline, and not a wait between attempts. */
const deadlineMs = 60_000;

/** Lets timers fire at once while `run` is under way: retries wait between their attempts. */
export async function withoutWaiting<T>(run: () => Promise<T>): Promise<T> {
  const { setTimeout: waiting } = globalThis;
  const atOnce = (told: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    waiting(told, ms < deadlineMs ? 0 : ms, ...args);
  globalThis.setTimeout = Object.assign<typeof atOnce, typeof setTimeout>(atOnce, waiting);
  try {
    return await run();
  } finally {
    globalThis.setTimeout = waiting;
  }
}
