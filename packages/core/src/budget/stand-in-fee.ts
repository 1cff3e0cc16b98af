import { providerTools, type ProviderTool, type ToolRuns } from "../vocabulary/provider-tool.ts";

/**
 * What one run of a provider's tool is taken to cost in USD where its fee is unknown: the dearest that a large
 * provider lists in November 2026. Check these pages before you change a figure:
 * - web search: 35 USD per 1 000, Gemini up to 2.5; https://ai.google.dev/gemini-api/docs/pricing
 * - file search and code: 2.50 USD per 1 000, and 0.03 USD for a container; https://platform.openai.com/docs/pricing
 */
const fees: Readonly<Record<ProviderTool, number>> = {
  web_search: 0.035,
  file_search: 0.0025,
  code_execution: 0.03,
};

/** What runs of a provider's tools are taken to cost where their fees are unknown, in USD. */
export function standInFee(runs: ToolRuns = {}): number {
  return providerTools.reduce((usd, tool) => usd + (runs[tool] ?? 0) * fees[tool], 0);
}
