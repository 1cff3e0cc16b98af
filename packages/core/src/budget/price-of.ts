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

/** What tells prices, and what holds where a price is unknown. */
export interface PriceOptions {
  readonly price: Price | undefined;
  readonly clock: Clock;
  readonly pricing: Pricing;
}

/** What holds where a price, or the tokens of an answer, are unknown. */
export interface Pricing {
  readonly unknown: "ceiling" | "deny" | "allow";
  readonly ceiling: CeilingPrice;
  readonly missingUsage: "estimate" | "zero";
}

/** What a model call uses, as far as a price needs it. */
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
 * What a model call costs in USD: what the price table says, else what the provider reported, else what
 * `pricing.unknown` makes of it. It stays unknown only with `deny`.
 */
export function priceOf(
  options: PriceOptions,
  used: Priced,
  tell: (event: EventDraft) => void,
): number | "unknown" {
  return knownPrice(options, used, tell) ?? unknownPrice(options, used);
}

/** What guard takes a model call of unknown price to cost. */
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

/** The price as the price table or the provider tells it. */
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
