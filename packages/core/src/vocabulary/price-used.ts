import type { ProviderTool } from "./provider-tool.ts";

/** The price that guard used for a limit in USD. */
export interface PriceUsed {
  /** The model, if the call names one. */
  readonly model?: string;
  /** Where the price comes from: the option `price`, the provider's answer, or `pricing.ceiling` for an unknown price. */
  readonly from: "price" | "provider" | "ceiling";
  /** Absent where the price does not depend on tokens. */
  readonly inputUsdPerMillion?: number;
  readonly outputUsdPerMillion?: number;
  /** A fixed price of each call. */
  readonly usdPerCall?: number;
  /** What one run of a provider's tool costs, by tool. Absent where the call runs no such tool. */
  readonly providerToolUsd?: Readonly<Partial<Record<ProviderTool, number>>>;
}

/** Says which price was used and, of one that stands in, where to set the right one. */
export function priceSeen(price: PriceUsed, model: string): string {
  const { from, inputUsdPerMillion: input, outputUsdPerMillion: output, usdPerCall } = price;
  if (from === "provider") return `${model} has cost what its provider said.`;
  const each = `${input} USD for a million tokens in and ${output} out`;
  const figure = usdPerCall === undefined ? each : `${usdPerCall} USD a call`;
  const fees = Object.entries(price.providerToolUsd ?? {}).map(
    ([tool, usd]) => `, and ${usd} USD for a ${tool}`,
  );
  if (from === "price") return `The option "price" says ${figure} for ${model}${fees.join("")}.`;
  return (
    `Guard knows no price for ${model} and took a stand-in: ${figure}${fees.join("")}. ` +
    "Set the option `price` (`...modelPrices()` of @guard/prices knows most models) or `pricing.ceiling`."
  );
}
