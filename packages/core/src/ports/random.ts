/** Where core takes chance from: a number in [0, 1). */
export type Random = () => number;

/** The platform's generator; good enough for jitter and names, not for secrets. */
export const systemRandom: Random = () => Math.random();
