import { providerTools, type ProviderTool, type ToolRuns } from "../vocabulary/provider-tool.ts";

/**
 * The cost of one run of a provider's tool whose fee is unknown, in USD: the highest fee of a large provider in
 * November 2026. Check these pages before you change a figure:
 * - web search: 35 USD per 1 000, Gemini up to 2.5; https://ai.google.dev/gemini-api/docs/pricing
 * - file search and code: 2.50 USD per 1 000, and 0.03 USD for a container; https://platform.openai.com/docs/pricing
 */
const fees: Readonly<Record<ProviderTool, number>> = {
  web_search: 0.035,
  file_search: 0.0025,
  code_execution: 0.03,
};

/** The cost of runs of a provider's tools whose fees are unknown, in USD. */
export function standInFee(runs: ToolRuns = {}): number {
  return providerTools.reduce((usd, tool) => usd + (runs[tool] ?? 0) * fees[tool], 0);
}
