import type { EventDraft } from "../vocabulary/events.ts";
import type { Clock } from "../ports/clock.ts";
import type { Price } from "../ports/price.ts";
import type { ToolRuns } from "../vocabulary/provider-tool.ts";
import { isBookable } from "./amounts.ts";
import { standInFee } from "./stand-in-fee.ts";

/** The price of a model that guard does not know. */
export interface CeilingPrice {
  /** USD for a million tokens of a request. */
  readonly inputUsdPerMillion: number;
  /** USD for a million tokens of an answer. */
  readonly outputUsdPerMillion: number;
}

/** The source of prices, and what to book for an unknown price. */
export interface PriceOptions {
  readonly price: Price | undefined;
  readonly clock: Clock;
  readonly pricing: Pricing;
}

/** What to book if a price, or the tokens of an answer, are unknown. */
export interface Pricing {
  readonly unknown: "ceiling" | "deny" | "allow";
  readonly ceiling: CeilingPrice;
  readonly missingUsage: "estimate" | "zero";
}

/** What a price depends on. */
export interface Priced {
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly serviceTier?: string | undefined;
  readonly inputTokens: number;
  readonly cachedInputTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  readonly cacheWrite1hTokens?: number | undefined;
  readonly outputTokens: number;
  readonly providerTools?: ToolRuns | undefined;
  readonly reportedUsd?: number | undefined;
}

/**
 * The cost of a model call in USD: by the price table, else by the provider's report, else by `pricing.unknown`. It
 * stays unknown only with `deny`.
 */
export function priceOf(
  options: PriceOptions,
  used: Priced,
  tell: (event: EventDraft) => void,
): number | "unknown" {
  return knownPrice(options, used, tell) ?? unknownPrice(options, used);
}

/** The cost of a model call at the ceiling price. */
export function unknownPrice(
  { pricing }: PriceOptions,
  { inputTokens, outputTokens, providerTools }: Priced,
): number | "unknown" {
  switch (pricing.unknown) {
    case "allow":
      return 0;
    case "deny":
      return "unknown";
    case "ceiling": {
      const { inputUsdPerMillion, outputUsdPerMillion } = pricing.ceiling;
      const tokens = inputTokens * inputUsdPerMillion + outputTokens * outputUsdPerMillion;
      return tokens / 1e6 + standInFee(providerTools);
    }
  }
}

/** The price from the price table or the provider. */
export function knownPrice(
  { price, clock }: PriceOptions,
  used: Priced,
  tell: (event: EventDraft) => void,
): number | undefined {
  try {
    const usd = price?.({
      model: used.model,
      provider: used.provider,
      inputTokens: used.inputTokens,
      cachedInputTokens: used.cachedInputTokens ?? 0,
      cacheWriteTokens: used.cacheWriteTokens ?? 0,
      cacheWrite1hTokens: used.cacheWrite1hTokens ?? 0,
      outputTokens: used.outputTokens,
      providerTools: used.providerTools ?? {},
      serviceTier: used.serviceTier,
      reportedUsd: used.reportedUsd,
      at: clock(),
    });
    if (isBookable(usd)) return usd;
    if (usd !== undefined) tell({ type: "bad-usage", field: "usd" });
  } catch (error) {
    tell({ type: "port-error", port: "price", error });
  }
  // A provider that reports 0 USD for tokens has most often reported nothing.
  return used.reportedUsd === 0 ? undefined : used.reportedUsd;
}
