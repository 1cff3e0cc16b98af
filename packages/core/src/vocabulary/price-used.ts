import type { ProviderTool } from "./provider-tool.ts";

/** The price that a ceiling in USD was reckoned with. */
export interface PriceUsed {
  /** The model that it is for, where one was named. */
  readonly model?: string;
  /**
   * Who says so: the option `price`, the provider in its answer, or `pricing.ceiling`, which stands in for
   * a price that is not known.
   */
  readonly from: "price" | "provider" | "ceiling";
  /** Absent where it is not told in tokens. */
  readonly inputUsdPerMillion?: number;
  readonly outputUsdPerMillion?: number;
  /** A price that is the same whatever a call uses. */
  readonly usdPerCall?: number;
  /** What one run of a tool costs, for each that the provider has run or may run in the call; absent where none does. */
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
