/** How adapters wait: resolves after so many milliseconds. Nothing in core waits. */
export type Wait = (ms: number) => Promise<void>;

/** The platform's timer. */
export const systemWait: Wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
