import type { ProviderTool, ToolRuns } from "@guard/core";
import type { Candidate } from "./candidates.ts";

interface Fee {
  readonly usd: number;
  /** One fee for each answer in which the tool has run. */
  readonly isOnce?: true;
}

type Fees = Readonly<Record<ProviderTool, Fee>>;

const code = { usd: 0.03, isOnce: true } as const;

/** The highest fee below, for each kind of tool: guard uses it for an unknown provider. */
const dearest: Fees = {
  web_search: { usd: 0.035 },
  file_search: { usd: 0.0025 },
  code_execution: { usd: 0.03 },
};

/**
 * The providers' fees for a run of their tools, by model. Free allowances are left out, so that no call looks
 * cheaper than it is. Searches of OpenAI and Anthropic come from the price data of 0.1.8, the other fees from copies of the
 * providers' pages of November 2026. Check these pages before you change a figure:
 * - OpenAI: web search 10 USD per 1 000, file search 2.50 USD per 1 000, a container of 1 GB 0.03 USD, which
 *   the runs of an answer share; https://platform.openai.com/docs/pricing
 * - Anthropic: web search 10 USD per 1 000; code execution 0.05 USD an hour, at least 5 minutes;
 *   https://docs.claude.com/en/docs/about-claude/pricing
 * - Google: 35 USD per 1 000 answers that searched up to Gemini 2.5, 14 USD per 1 000 searches from Gemini 3
 *   on; code costs its tokens alone; https://ai.google.dev/gemini-api/docs/pricing
 * - Moonshot: web search 5 USD per 1 000; https://platform.kimi.ai/docs/pricing/tools
 */
const fees: readonly (readonly [model: RegExp, fees: Fees])[] = [
  [
    /gemini-[12]/,
    {
      web_search: { usd: 0.035, isOnce: true },
      file_search: { usd: 0 },
      code_execution: { usd: 0 },
    },
  ],
  [/gemini/, { web_search: { usd: 0.014 }, file_search: { usd: 0 }, code_execution: { usd: 0 } }],
  [
    /claude/,
    {
      web_search: { usd: 0.01 },
      file_search: { usd: 0 },
      code_execution: { usd: 0.05 / 12, isOnce: true },
    },
  ],
  [
    /kimi|moonshot/,
    { web_search: { usd: 0.005 }, file_search: { usd: 0.0025 }, code_execution: code },
  ],
  [
    /(?:^|[/:.])(?:gpt-(?!oss)|chatgpt|o\d|codex|computer-use)/,
    { web_search: { usd: 0.01 }, file_search: { usd: 0.0025 }, code_execution: code },
  ],
];

/** The price data's names of the fees for 1 000 runs. */
const listed: Readonly<Record<ProviderTool, string>> = {
  web_search: "web_searches_kcount",
  file_search: "storage_searches_kcount",
  code_execution: "code_executions_kcount",
};

/**
 * Returns the provider's fee for the tools that it has run, in USD. The price data comes first, then the table in this
 * file. A model in neither of them has the highest fee of the table.
 *
 * @example
 * providerFee({ web_search: 3 }, { provider: "anthropic", model: "claude-haiku-4-5" }); // 0.03
 */
export function providerFee(
  runs: ToolRuns,
  { model }: Candidate,
  prices: Readonly<Record<string, unknown>> = {},
): number {
  const name = model.toLowerCase();
  const ofModel = fees.find(([pattern]) => pattern.test(name))?.[1] ?? dearest;
  let usd = 0;
  for (const tool of Object.keys(listed) as ProviderTool[]) {
    const times = Math.ceil(runs[tool] ?? 0);
    const perThousand = prices[listed[tool]];
    const fee = ofModel[tool];
    if (typeof perThousand === "number") usd += (perThousand / 1_000) * times;
    else usd += fee.usd * (fee.isOnce ? Math.min(times, 1) : times);
  }
  return usd;
}
