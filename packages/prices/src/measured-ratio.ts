/** The real tokens of one request, divided by the rough estimate. */
interface Sample {
  readonly ratio: number;
  readonly weight: number;
}

/** The ratio before the first measurement: 30 % more than the rough estimate. */
const firstRatio = 1.3;
/** A window begins with so many samples of `firstRatio`. Real samples replace them. */
const firstSamples = 4;
const windowLength = 64;
/** The highest weight of a request, in tokens. Small requests weigh less. */
const fullWeight = 1_000;
/** The ratio is high enough for this share of all measured tokens. */
const quantile = 0.8;
const smallestRatio = 0.5;
const largestRatio = 8;
/** Requests never have more tokens. guard ignores larger figures. */
const mostTokens = 100_000_000;

/**
 * The ratio of real tokens to estimated tokens of one model. Four fifths of the last 64 requests, weighed by their
 * tokens, did not exceed it. It starts at 1.3 and stays between 0.5 and 8.
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

  /** Adds the real tokens of a request. Ignores impossible figures. */
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
