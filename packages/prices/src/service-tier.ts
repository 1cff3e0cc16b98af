/**
 * How service tiers differ from the list price. Price data knows nothing of them, so nothing here is
 * cheaper than it may turn out: discounts (`flex`, `batch`: about half) are left out, and `priority` has the
 * highest surcharge that was found, 2.5 for gpt-5.5; gpt-5.4 and gpt-5 have 2, gpt-4.1 has 1.75, Gemini 1.8.
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
 * The factor on the list price; `undefined` for a tier without a known factor, such as capacity that the
 * user paid for in advance.
 */
export function tierFactor(
  serviceTier: string | undefined,
  own: Readonly<Record<string, number>> = {},
): number | undefined {
  if (serviceTier === undefined || serviceTier === "") return 1;
  const factors = new Map(Object.entries({ ...defaults, ...own }));
  return factors.get(serviceTier) ?? factors.get(serviceTier.toLowerCase());
}
