/** How a model's real tokens were to the rough estimate of one request. */
interface Sample {
  readonly ratio: number;
  readonly weight: number;
}

/** The ratio before guard has measured any: 30 % more than the rough estimate. */
const firstRatio = 1.3;
/** So many samples of `firstRatio` stand at the beginning of a window, until real ones push them out. */
const firstSamples = 4;
const windowLength = 64;
/** Tokens from which on a request weighs no more: small ones count little, and none counts for all. */
const fullWeight = 1_000;
/** The share of all measured tokens that the ratio is not too low for. */
const quantile = 0.8;
const smallestRatio = 0.5;
const largestRatio = 8;
/** No request has more tokens; a larger figure is a mistake. */
const mostTokens = 100_000_000;

/**
 * The ratio of real to estimated tokens of one model: that which four fifths of the last 64 requests,
 * weighed by their tokens, did not exceed. It starts at 1.3 and stays between 0.5 and 8.
 */
export class MeasuredRatio {
  readonly #samples: Sample[] = Array.from({ length: firstSamples }, () => ({
    ratio: firstRatio,
    weight: fullWeight,
  }));
  #current = firstRatio;

  get current(): number {
    return this.#current;
  }

  /** Takes in what a request really had; figures that can't be true are left out. */
  add(roughTokens: number, actualTokens: number): void {
    if (!isCount(roughTokens) || !isCount(actualTokens)) return;
    const ratio = Math.min(largestRatio, Math.max(smallestRatio, actualTokens / roughTokens));
    this.#samples.push({ ratio, weight: Math.min(roughTokens, fullWeight) });
    if (this.#samples.length > windowLength) this.#samples.shift();
    this.#current = weighedQuantile(this.#samples);
  }
}

function isCount(tokens: number): boolean {
  return Number.isFinite(tokens) && tokens > 0 && tokens <= mostTokens;
}

function weighedQuantile(samples: readonly Sample[]): number {
  const sorted = samples.toSorted((a, b) => a.ratio - b.ratio);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  for (const { ratio, weight } of sorted) {
    below += weight;
    if (below >= total * quantile) return ratio;
  }
  return firstRatio;
}
