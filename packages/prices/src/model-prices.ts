import type { ModelUsage, Price, TokenEstimator } from "@guard/core";
import { candidates, isFreeVariant, tableKeys, type Candidate } from "./candidates.ts";
import { countsOf, type Counts } from "./counts.ts";
import { listPrice, type Listed } from "./list-price.ts";
import { assertOptions, type ModelPricesOptions, type TablePrice } from "./options.ts";
import { providerFee } from "./provider-fee.ts";
import { RecentMap } from "./recent-map.ts";
import { tierFactor } from "./service-tier.ts";
import { tablePrice } from "./table-price.ts";
import { tokenEstimator } from "./token-estimator.ts";

/** What a registry needs to count money: give it both. */
export interface ModelPrices {
  readonly price: Price;
  readonly tokens: TokenEstimator;
}

/** So many models keep what was found for them. */
const rememberedModels = 500;

/**
 * Prices for model calls, and estimates of the tokens that a request has.
 *
 * The price is that of the first of: your own table; what the provider reported, if more than 0; the price
 * data that comes with the package. Else it is unknown (`undefined`), never 0. Own table and data hold for
 * tokens: the provider's fee for tools that it has run comes on top.
 *
 * @throws {TypeError} for options that are misspelt or out of range
 * @example
 * const registry = createRegistry({ ...modelPrices(), budget: { usd: 5 } });
 */
export function modelPrices(options: ModelPricesOptions = {}): ModelPrices {
  assertOptions(options);
  const table = new Map(
    Object.entries(options.table ?? {}).map(([key, price]) => [key.trim().toLowerCase(), price]),
  );
  const known = new RecentMap<string, Candidate>(rememberedModels);

  const price: Price = (usage) => {
    const asked = { provider: usage.provider, model: usage.model ?? "" };
    const counts = countsOf(usage);
    const factor = tierFactor(usage.serviceTier, options.serviceTiers);
    const isPriceable = counts !== undefined && factor !== undefined;
    const own = isPriceable ? ownPrice(table, usage) : undefined;
    if (isPriceable && own !== undefined) {
      return finite(tablePrice(own, counts) * factor + providerFee(counts.providerTools, asked));
    }
    if (isReported(usage.reportedUsd)) return usage.reportedUsd;
    if (!isPriceable) return undefined;
    const listed = dataPrice(known, usage, counts);
    if (listed === undefined) return undefined;
    return finite(listed.usd * factor + providerFee(counts.providerTools, asked, listed.prices));
  };
  return { price, tokens: tokenEstimator() };
}

/** Providers report 0 where they don't know the price, and where another provider sends the bill: it is no price. */
function isReported(usd: number | undefined): usd is number {
  return usd !== undefined && Number.isFinite(usd) && usd > 0;
}

function ownPrice(
  table: ReadonlyMap<string, TablePrice>,
  { provider, model }: ModelUsage,
): TablePrice | undefined {
  if (table.size === 0) return undefined;
  const key = tableKeys(provider, model).find((one) => table.has(one));
  return key === undefined ? undefined : table.get(key);
}

/** Asks the data under every name in turn; under which it answered is remembered, for looking is slow. */
function dataPrice(
  known: RecentMap<string, Candidate>,
  { provider, model, at }: ModelUsage,
  counts: Counts,
): Listed | undefined {
  const key = `${provider ?? ""}\n${model ?? ""}`;
  const before = known.get(key);
  const again = before === undefined ? undefined : listPrice(before, counts, at);
  if (again !== undefined) return again;
  for (const candidate of candidates(provider, model)) {
    const listed = listPrice(candidate, counts, at);
    if (listed === undefined) continue;
    known.set(key, candidate);
    return listed;
  }
  return isFreeVariant(provider, model) ? { usd: 0, prices: {} } : undefined;
}

const finite = (usd: number): number | undefined => (Number.isFinite(usd) ? usd : undefined);
