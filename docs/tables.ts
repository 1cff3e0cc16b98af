// The tables in docs/*.md that are made from the code. `npm run docs:tables` writes them; a test tells when
// one is out of date.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { presets } from "@guard/core";
import { admit } from "../packages/core/src/machine/admit.ts";
import { cooldown } from "../packages/core/src/machine/cooldown.ts";
import { endProbe } from "../packages/core/src/machine/end-probe.ts";
import type { MachineState, Recovery, Trip } from "../packages/core/src/machine/state.ts";
import type { Threshold } from "../packages/core/src/rules/ladder.ts";
import { policyFromName } from "../packages/core/src/evidence/policy.ts";
import { ruleNames, type RuleName } from "../packages/core/src/vocabulary/call.ts";
import { markdownTable as table } from "../scripts/markdown-table.ts";
import { circuitTables } from "./circuit-tables.ts";
import { priceTables } from "./price-tables.ts";

/** The pages that hold such tables. */
export const pages: readonly string[] = [
  "failure-circuits.md",
  "prices.md",
  "rules.md",
  "state-machine.md",
];

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
      ["name", "what guard takes it for"],
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
  machine: () => table(["state", "who asks", "answer", "then"], machineRows()),
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
  ...circuitTables,
  ...priceTables,
};

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
    ["news", "a new call, or another result"],
    ["same", "the same call with the same result"],
    ["nothing", "nothing to judge: an abort, or a result that guard did not see"],
  ] as const;
  return results.map(([result, words]) => {
    const next = endProbe(taken, "probe", result, 40_000, 0, recovery);
    const then = next.status === "open" ? `open for ${seconds(next.cooldownMs)}` : described(next);
    return [words, then];
  });
}
