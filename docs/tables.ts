// The tables in docs/*.md that are made from the code. `npm run docs:tables` writes them; a test tells when
// one is out of date.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { modelPrices } from "@guard/prices";
import { presets } from "@guard/core";
import { admit } from "../packages/core/src/machine/admit.ts";
import { cooldown } from "../packages/core/src/machine/cooldown.ts";
import { endProbe } from "../packages/core/src/machine/end-probe.ts";
import type { MachineState, Recovery, Trip } from "../packages/core/src/machine/state.ts";
import type { Threshold } from "../packages/core/src/rules/ladder.ts";
import { policyFromName } from "../packages/core/src/evidence/policy.ts";
import { MeasuredRatio } from "../packages/prices/src/measured-ratio.ts";
import { providerFee } from "../packages/prices/src/provider-fee.ts";
import { tierFactor } from "../packages/prices/src/service-tier.ts";
import { at, knownModels, type KnownModel } from "../packages/prices/test/support/known-models.ts";
import {
  providerTools,
  ruleNames,
  type RuleName,
  type Usage,
} from "../packages/core/src/vocabulary/call.ts";
import { markdownTable as table } from "../scripts/markdown-table.ts";
import { usageOfAnswer } from "../packages/core/test/support/provider-answers.ts";
import { providerAnswers, type ProviderAnswer } from "../test-support/src/provider-answers.ts";
import { texts } from "../packages/prices/test/support/texts.ts";

/** The pages that hold such tables. */
export const pages: readonly string[] = ["prices.md", "rules.md", "state-machine.md"];

const folder = import.meta.dirname;

export const pathOf = (page: string): string => join(folder, page);

/** A page with every table between its markers made anew. */
export function withTables(page: string): string {
  const text = readFileSync(pathOf(page), "utf8");
  return text.replaceAll(
    /(<!-- table: ([\w-]+) -->\n)[^]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n${tableFor(name)}\n\n${end}`,
  );
}

function tableFor(name: string): string {
  const make = tables[name];
  if (make === undefined) throw new Error(`there is no table ${name}`);
  return make();
}

const tables: Readonly<Record<string, () => string>> = {
  presets: () =>
    table(
      ["rule", ...Object.keys(presets)],
      ruleNames.map((rule) => [
        `\`${rule}\``,
        ...Object.values(presets).map((preset) => ladder(preset[rule])),
      ]),
    ),
  policies: () =>
    table(
      ["name", "taken for"],
      [
        "search",
        "readFile",
        "mcp__files__list_directory",
        "job_status",
        "poll_inbox",
        "wait",
        "scroll_down",
        "next_page",
        "send_email",
        "createOrder",
        "file_read",
        "click",
        "write_todos",
        "final_answer",
        "roll_dice",
        "run_tests",
      ].map((tool) => [`\`${tool}\``, policyFromName(tool)]),
    ),
  machine: () => table(["state", "asked", "answer", "then"], machineRows()),
  probes: () => table(["a probe brings", "then"], probeRows()),
  cooldowns: () =>
    table(
      ["opening", "break at least", "at most"],
      [1, 2, 3, 4, 5, 6].map((attempt) => [
        String(attempt),
        seconds(cooldown(recovery, attempt, 0)),
        seconds(cooldown(recovery, attempt, 0.999_999)),
      ]),
    ),
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
        "in / from a cache / into it / for an hour / out",
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
      ["real tokens to the rough count", "factor at first", "after 2 requests", "after 16", "60"],
      [0.7, 1, 1.6, 2.5, 100].map((ratio) => [
        String(ratio),
        ...[0, 2, 16, 60].map((requests) => String(learnt(ratio, requests))),
      ]),
    ),
  estimates: () =>
    table(
      ["text", "characters", "tokens", "first estimate", "times the real"],
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

function ladder({ warn, block, open }: (typeof presets)["balanced"][RuleName]): string {
  return [warn, block, open].map(rung).join(" / ");
}

function rung(threshold: Threshold): string {
  if (threshold === false) return "–";
  return typeof threshold === "number"
    ? String(threshold)
    : `${threshold.count} or ${threshold.usd} USD`;
}

const recovery: Recovery = {
  cooldownMs: 30_000,
  maxCooldownMs: 900_000,
  leaseMs: 60_000,
  probes: 1,
};
const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`;

const trip: Trip = {
  at: 0,
  finding: {
    rule: "no-progress",
    reason: "loop",
    verdict: "open",
    count: 4,
    limit: 4,
    agent: "a",
    signatures: [],
    cost: { calls: 0, tokens: 0, usd: 0 },
  },
  used: { modelCalls: 0, toolCalls: 0, delegations: 0, tokens: 0, usd: 0 },
  repeats: [],
  recovers: true,
};
const open = { status: "open", openedAt: 0, cooldownMs: 30_000, attempt: 1, trip } as const;
const claim = { lane: "a", until: 60_000 };
const free = { status: "half-open", attempt: 1, trip, claim, leases: [] } as const;
const lease = { lane: "a", token: "probe", until: 60_000 };
const taken = { ...free, leases: [lease] };

/** A trip for a budget whose window ends. */
const spent: Trip = { ...trip, recovers: false, until: 60_000 };

function machineRows(): readonly (readonly string[])[] {
  const states: readonly (readonly [string, MachineState, number])[] = [
    ["closed", { status: "closed" }, 0],
    ["open, 10 s of the break left", open, 20_000],
    ["open, the break is over", open, 30_000],
    ["open by a ceiling", { ...open, trip: { ...trip, recovers: false } }, 1e9],
    ["open by a ceiling, 10 s before its window ends", { ...open, trip: spent }, 50_000],
    ["open by a ceiling whose window is over", { ...open, trip: spent }, 60_000],
    ["half-open, its permit is free", free, 30_000],
    ["half-open, a probe is under way", taken, 30_000],
    ["half-open, the probe's lease is over", taken, 60_000],
  ];
  const askers = [
    ["a round of the probing lane", { lane: "a", kind: "round", token: "t", mayProbe: true }],
    ["a model call of that lane", { lane: "a", kind: "model", token: "t", mayProbe: true }],
    ["a round of another lane", { lane: "b", kind: "round", token: "t", mayProbe: true }],
    [
      "a call of a run that began before the trip",
      { lane: "c", kind: "round", token: "t", mayProbe: false },
    ],
  ] as const;
  return states.flatMap(([name, state, now]) =>
    askers.map(([asked, applicant]) => {
      const gate = admit(state, applicant, now, recovery);
      const answer =
        gate.pass === "judged"
          ? "judged by the rules"
          : gate.pass === "probe"
            ? "passes"
            : gate.retryAfterMs === undefined
              ? "refused"
              : `refused, retry after ${seconds(gate.retryAfterMs)}`;
      return [name, asked, answer, gate.next === undefined ? state.status : described(gate.next)];
    }),
  );
}

function described(state: MachineState): string {
  if (state.status !== "half-open") return state.status;
  return state.leases.length === 0 ? "half-open" : "half-open, leased";
}

function probeRows(): readonly (readonly string[])[] {
  const results = [
    ["news", "a new signature, or a changed outcome"],
    ["same", "the same again"],
    ["nothing", "nothing that can be judged: an abort, an unseen outcome"],
  ] as const;
  return results.map(([result, words]) => {
    const next = endProbe(taken, "probe", result, 40_000, 0, recovery);
    const then = next.status === "open" ? `open for ${seconds(next.cooldownMs)}` : described(next);
    return [words, then];
  });
}
