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

/** What a registry needs to count money. Spread it into the options: `createRegistry({ ...modelPrices() })`. */
export interface ModelPrices {
  /** Returns what a model call costs, in USD. `undefined`: the price is unknown. Never 0 for an unknown price. */
  readonly price: Price;
  /** Estimates how many tokens a request has, before guard sends it. Learns from the usage that providers report. */
  readonly tokens: TokenEstimator;
}

/** For so many models the price data is searched only once. */
const rememberedModels = 500;

/**
 * Makes prices for model calls, and estimates of tokens. A budget in USD needs both.
 *
 * The price of a call comes from the first source that knows it: your own table, the provider's report if it is more than
 * 0, the price data in the package. Otherwise the price is unknown, never 0: `pricing.unknown` of the registry says what
 * happens then. Your table and the data hold for tokens; the provider's fees for tools that it ran are added. guard fetches
 * nothing.
 *
 * @throws {OptionsError} if an option is misspelt or out of range
 *
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

/** Providers report 0 if they don't know the price, or if another provider sends the bill. So 0 is no price. */
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

/** Searches the data under each name of the model. Remembers the name that the data knows, because the search is slow. */
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
