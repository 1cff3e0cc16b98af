/** How guard waits: resolves after so many milliseconds. Once `signal` is aborted the wait is of no more use. */
export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

/** The longest time that platforms' timers know; a longer one would fire at once. */
const longestMs = 2 ** 31 - 1;

/** The platform's timer. An abort takes it back, so that it holds up no process that could end. */
export const systemWait: Wait = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(ms, longestMs));
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
