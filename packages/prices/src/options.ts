import * as v from "valibot";

/** What a model costs, in USD per million tokens. */
export interface TablePrice {
  readonly inputUsdPerMillion: number;
  readonly outputUsdPerMillion: number;
  /** Tokens read from the provider's cache. Default: `inputUsdPerMillion`. */
  readonly cachedInputUsdPerMillion?: number | undefined;
  /** Tokens written into the provider's cache. Default: `inputUsdPerMillion`. */
  readonly cacheWriteUsdPerMillion?: number | undefined;
  /** Tokens written into the provider's cache for an hour. Default: 2 × `inputUsdPerMillion`. */
  readonly cacheWrite1hUsdPerMillion?: number | undefined;
}

/**
 * @example
 * modelPrices({
 *   table: { "my-model": { inputUsdPerMillion: 0.25, outputUsdPerMillion: 2 } },
 *   serviceTiers: { flex: 0.5 },
 * });
 */
export interface ModelPricesOptions {
  /**
   * Your own prices, by model id (`my-model`) or provider and model (`groq/my-model`). They win over what a
   * provider reports and over the data. Case doesn't matter, and an id without a date also holds for that
   * model's dated ids. Default: empty.
   */
  readonly table?: Readonly<Record<string, TablePrice>> | undefined;
  /**
   * By how much a service tier's price differs from the list price: `0.5` is half of it. Defaults: 1 for
   * `flex` and `batch`, 2.5 for `priority`; of a tier that is not known no price is known.
   */
  readonly serviceTiers?: Readonly<Record<string, number>> | undefined;
}

const amount = v.message(v.pipe(v.number(), v.finite(), v.minValue(0)), "a number of at least 0");
const factor = v.message(v.pipe(v.number(), v.finite(), v.gtValue(0)), "a number greater than 0");

const optionsSchema = v.strictObject(
  {
    table: v.optional(
      v.record(
        v.string(),
        v.strictObject(
          {
            inputUsdPerMillion: amount,
            outputUsdPerMillion: amount,
            cachedInputUsdPerMillion: v.optional(amount),
            cacheWriteUsdPerMillion: v.optional(amount),
            cacheWrite1hUsdPerMillion: v.optional(amount),
          },
          "an object with prices",
        ),
        "an object with prices by model",
      ),
    ),
    serviceTiers: v.optional(v.record(v.string(), factor, "an object with factors by tier")),
  },
  "an object",
);

/**
 * Says what is wrong with options, all of it at once, or nothing.
 *
 * @throws {TypeError} naming the path of each fault and what was received there
 */
export function assertOptions(options: ModelPricesOptions): void {
  const { issues } = v.safeParse(optionsSchema, options);
  if (issues !== undefined) throw new TypeError(issues.map(faultOf).join("; "));
}

function faultOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "options";
  if (issue.expected === "never") return `${path}: there is no such option`;
  const isMissing = issue.type === "strict_object" && issue.expected?.startsWith('"') === true;
  if (isMissing) return `${path}: is missing`;
  return `${path}: expected ${issue.message}, received ${issue.received}`;
}
