/** Lets adapters wait: resolves after `ms` milliseconds. */
export type Wait = (ms: number) => Promise<void>;

/** The platform's timer. */
export const systemWait: Wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
