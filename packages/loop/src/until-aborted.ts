/** Waits for work, but not longer than until `signal` aborts. Then it throws the signal's reason, even if the work ignores the signal. */
export async function untilAborted<T>(work: () => T, signal: AbortSignal): Promise<Awaited<T>> {
  signal.throwIfAborted();
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { signal: over.signal });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    over.abort();
  }
}
