/**
 * Estimates how many tokens a request has, before it is sent. guard holds the estimate until the provider reports the real
 * number, and gives both to `learn`.
 *
 * If it throws, guard emits a `port-error` event and goes on without an estimate.
 *
 * @example
 * const tokens: TokenEstimator = { estimate: (text) => text.length / 4 };
 */
export interface TokenEstimator {
  /** Returns the tokens of a text. `model` is the model's id. */
  estimate(text: string, model: string | undefined): number;
  /** Receives the estimate of a request and its real number of tokens. */
  learn?(model: string | undefined, estimated: number, actual: number): void;
}

/**
 * One token for three characters. English and code have about four, so guard holds a little too much. The estimator of
 * `@guard/prices` is more exact.
 */
export const thirdOfCharacters: TokenEstimator = {
  estimate: (text) => Math.ceil(text.length / 3),
};
