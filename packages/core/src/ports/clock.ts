/** Where core reads the time: milliseconds since the epoch. Only differences matter. */
export type Clock = () => number;

/** The wall clock. */
export const systemClock: Clock = () => Date.now();
