/** Returns a random number from 0 up to 1. */
export type Random = () => number;

/** The platform's generator. It is good enough for pauses and names, not for secrets. */
export const systemRandom: Random = () => Math.random();
