// The tables of docs/prices.md.
import { modelPrices } from "@guard/prices";
import { usageOfAnswer } from "../packages/core/test/support/provider-answers.ts";
import type { Usage } from "../packages/core/src/vocabulary/call.ts";
import { providerTools } from "../packages/core/src/vocabulary/provider-tool.ts";
import { MeasuredRatio } from "../packages/prices/src/measured-ratio.ts";
import { providerFee } from "../packages/prices/src/provider-fee.ts";
import { tierFactor } from "../packages/prices/src/service-tier.ts";
import { at, knownModels, type KnownModel } from "../packages/prices/test/support/known-models.ts";
import { texts } from "../packages/prices/test/support/texts.ts";
import { markdownTable as table } from "../scripts/markdown-table.ts";
import { providerAnswers, type ProviderAnswer } from "../test-support/src/provider-answers.ts";

/** The tables of the page on prices, by their names there. */
export const priceTables: Readonly<Record<string, () => string>> = {
  prices: () =>
    table(
      ["model", "provider", "USD per million in", "out"],
      knownModels.map((known) => [
        `\`${known.model}\``,
        known.provider === undefined ? "–" : `\`${known.provider}\``,
        perMillion(known, "inputTokens"),
        perMillion(known, "outputTokens"),
      ]),
    ),
  answers: () =>
    table(
      [
        "answer",
        "tokens: in / from a cache / into a cache / into it for an hour / out",
        "tools",
        "USD billed",
        "booked",
      ],
      providerAnswers.map((answer) => {
        const usage = usageOfAnswer(answer);
        return [
          answer.name,
          usage === undefined ? "–" : figuresIn(usage),
          Object.entries(usage?.providerTools ?? {})
            .map(([tool, times]) => `${times} ${tool}`)
            .join(", ") || "–",
          answer.billedUsd === undefined ? "–" : usdOf(answer.billedUsd),
          usage === undefined ? "what was held" : usdOf(priceOfAnswer(answer, usage)),
        ];
      }),
    ),
  "provider-fees": () =>
    table(
      ["model", ...providerTools.map((tool) => `\`${tool}\``)],
      [
        "gpt-5-mini",
        "claude-haiku-4-5",
        "gemini-2.5-flash",
        "gemini-3.5-flash",
        "kimi-k3",
        "any other",
      ].map((model) => [
        model === "any other" ? model : `\`${model}\``,
        ...providerTools.map((tool) => usdOf(feeFor(model, { [tool]: 1 }))),
      ]),
    ),
  "service-tiers": () =>
    table(
      ["tier", "times the list price"],
      ["default", "standard", "flex", "batch", "priority", "reserved"].map((tier) => [
        `\`${tier}\``,
        String(tierFactor(tier) ?? "unknown"),
      ]),
    ),
  learning: () =>
    table(
      ["real tokens ÷ rough count", "factor at first", "after 2 requests", "after 16", "after 60"],
      [0.7, 1, 1.6, 2.5, 100].map((ratio) => [
        String(ratio),
        ...[0, 2, 16, 60].map((requests) => String(learnt(ratio, requests))),
      ]),
    ),
  estimates: () =>
    table(
      ["text", "characters", "tokens", "first estimate", "estimate ÷ tokens"],
      texts.map(({ kind, text, tokens }) => {
        const estimate = modelPrices().tokens.estimate(text, undefined);
        return [kind, text.length, tokens, estimate, (estimate / tokens).toFixed(2)].map(String);
      }),
    ),
};

/** The factor of a model after so many requests of 1 000 tokens by a rough count. */
function learnt(ratio: number, requests: number): number {
  const measured = new MeasuredRatio();
  for (let i = 0; i < requests; i += 1) measured.add(1_000, 1_000 * ratio);
  return measured.current;
}

const { price } = modelPrices();

const unread = { cachedInputTokens: 0, cacheWriteTokens: 0, serviceTier: undefined };

function priceOfAnswer({ provider, model }: ProviderAnswer, usage: Usage): number | undefined {
  const { inputTokens = 0, outputTokens = 0, usd } = usage;
  const tokens = { ...usage, inputTokens, outputTokens };
  return price({ ...unread, ...tokens, provider, model, at, reportedUsd: usd });
}

/** What tools cost beside the same call without them. */
function feeFor(model: string, runs: NonNullable<Usage["providerTools"]>): number {
  return providerFee(runs, { provider: undefined, model });
}

const figuresIn = (usage: Usage): string =>
  [
    usage.inputTokens,
    usage.cachedInputTokens,
    usage.cacheWriteTokens,
    usage.cacheWrite1hTokens,
    usage.outputTokens,
  ]
    .map((tokens = 0) => String(tokens))
    .join(" / ");

const usdOf = (usd: number | undefined): string =>
  usd === undefined ? "unknown" : String(Number(usd.toPrecision(6)));

/** A price as it is found, from 100 000 tokens: no tier of long requests begins so early. */
function perMillion(
  { provider, model }: KnownModel,
  counted: "inputTokens" | "outputTokens",
): string {
  const none = { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0 };
  const unsaid = { serviceTier: undefined, reportedUsd: undefined };
  const usd = price({ ...none, ...unsaid, provider, model, at, [counted]: 100_000 });
  return usd === undefined ? "unknown" : String(Number((usd * 10).toPrecision(6)));
}
