/**
 * The factors of service tiers on the list price. The price data has none of them. These factors never make a call look cheaper than it
 * is: they leave out discounts (`flex` and `batch` cost about half), and `priority` has the highest known
 * surcharge. That is 2.5, for gpt-5.5. gpt-5.4 and gpt-5 have 2, gpt-4.1 has 1.75, Gemini has 1.8.
 * Source: https://openai.com/api-priority-processing/, read in November 2026.
 */
const defaults: Readonly<Record<string, number>> = {
  auto: 1,
  batch: 1,
  default: 1,
  flex: 1,
  on_demand: 1,
  priority: 2.5,
  standard: 1,
  standard_only: 1,
};

/**
 * Returns the factor on the list price. `undefined` if the factor of the tier is unknown: for capacity that the
 * user paid for in advance, say.
 */
export function tierFactor(
  serviceTier: string | undefined,
  own: Readonly<Record<string, number>> = {},
): number | undefined {
  if (serviceTier === undefined || serviceTier === "") return 1;
  const factors = new Map(Object.entries({ ...defaults, ...own }));
  return factors.get(serviceTier) ?? factors.get(serviceTier.toLowerCase());
}
