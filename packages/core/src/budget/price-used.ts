import type { Call } from "../vocabulary/call.ts";
import { providerTools, type ToolRuns } from "../vocabulary/provider-tool.ts";
import type { PriceUsed } from "../vocabulary/price-used.ts";
import { isBookable } from "./amounts.ts";
import type { LimitHit } from "./limit-hit.ts";
import { knownPrice, type Priced, type PriceOptions } from "./price-of.ts";
import { standInFee } from "./stand-in-fee.ts";

/** The number of tokens for reading a price. It is small, because long requests may have another price. */
const sample = 1_000;

/**
 * The price that a limit in USD used: that of the last paid model call, if the budget is spent; that of the call
 * itself, if its request alone would pass the limit.
 */
export function priceBehind(
  { ceiling, limit, used, contention }: LimitHit,
  options: PriceOptions,
  paid: Priced | undefined,
  call: Call,
): PriceUsed | undefined {
  if (ceiling !== "usd" || contention) return undefined;
  const asked = call.kind === "model" ? { ...call, inputTokens: 0, outputTokens: 0 } : undefined;
  const priced = used >= limit ? (paid ?? asked) : (asked ?? paid);
  return priced && priceUsed(options, priced);
}

/** The price that guard uses for a model call. `undefined` if it uses none. */
function priceUsed(options: PriceOptions, used: Priced): PriceUsed | undefined {
  const { model, provider, serviceTier, reportedUsd } = used;
  const named = model === undefined ? {} : { model };
  const isReported = isBookable(reportedUsd) && reportedUsd > 0;
  if (isReported && knownPrice(options, used, () => {}) === reportedUsd) {
    return { ...named, from: "provider" };
  }
  const price = (inputTokens: number, outputTokens: number, runs = {}) => {
    const sampled = { model, provider, serviceTier, inputTokens, outputTokens };
    return knownPrice(options, { ...sampled, providerTools: runs }, () => {});
  };
  const [input, output] = [price(sample, 0), price(0, sample)];
  if (input !== undefined && output !== undefined) {
    const fees = feesOf(used, (runs) => (price(sample, 0, runs) ?? input) - input);
    return { ...named, from: "price", ...figures(price(0, 0) ?? 0, input, output), ...fees };
  }
  const { unknown, ceiling } = options.pricing;
  if (unknown !== "ceiling") return undefined;
  return { ...named, from: "ceiling", ...ceiling, ...feesOf(used, standInFee) };
}

/** The fees that guard uses for the provider's tools. */
function feesOf(
  { providerTools: runs = {} }: Priced,
  feeOf: (runs: ToolRuns) => number,
): Pick<PriceUsed, "providerToolUsd"> {
  const ran = providerTools.filter((tool) => (runs[tool] ?? 0) > 0);
  const fees = ran.map((tool) => [tool, Number(feeOf({ [tool]: 1 }).toPrecision(6))] as const);
  const asked = fees.filter(([, usd]) => usd > 0);
  return asked.length === 0 ? {} : { providerToolUsd: Object.fromEntries(asked) };
}

function figures(perCall: number, input: number, output: number): Partial<PriceUsed> {
  if (perCall > 0 && input === perCall && output === perCall) return { usdPerCall: perCall };
  const perMillion = (usd: number) => Number((((usd - perCall) / sample) * 1e6).toPrecision(6));
  return { inputUsdPerMillion: perMillion(input), outputUsdPerMillion: perMillion(output) };
}
