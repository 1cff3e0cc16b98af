/**
 * Estimates how many tokens a request has, before it is sent. The estimate sizes a reservation; what the
 * provider reports settles it, and is told to `learn`.
 *
 * What it throws is reported as an event and read as no estimate.
 *
 * @example
 * const tokens: TokenEstimator = { estimate: (text) => text.length / 4 };
 */
export interface TokenEstimator {
  /** The tokens of a text, for a model by its id. */
  estimate(text: string, model: string | undefined): number;
  /** Hears what an estimated request really had. */
  learn?(model: string | undefined, estimated: number, actual: number): void;
}

/**
 * One token for three characters: English and code have about four, so that what is held is rather too
 * much than too little. The estimator of `@guard/prices` is closer.
 */
export const thirdOfCharacters: TokenEstimator = {
  estimate: (text) => Math.ceil(text.length / 3),
};
