import type { LedgerEntry, Posting, TripReport, Verdict } from "@guard/core";
import { toUsd } from "./shown.ts";

type Entry<Type extends LedgerEntry["type"]> = Extract<LedgerEntry, { readonly type: Type }>;

/** A call of a run: what guard decided, and what came back. */
interface CallStep {
  readonly type: "call";
  readonly at: number;
  readonly agent: string;
  readonly kind: Entry<"decision">["kind"];
  readonly tool: string;
  readonly verdict: Verdict;
  readonly rule?: string;
  readonly executed: boolean;
  readonly status?: Entry<"settlement">["status"];
  readonly tokens?: number;
  readonly usd?: number;
  readonly ms?: number;
}

/** Anything else that happened in a run. */
interface OtherStep {
  readonly type: Exclude<LedgerEntry["type"], "decision" | "settlement">;
  readonly at: number;
  /** What happened, in words. */
  readonly text: string;
}

/** One line of a timeline. */
export type Step = CallStep | OtherStep;

/** How a run has ended. `open`: the ledger has no end of the run. */
type RunEnd = "ended" | "stopped" | "open";

/** What happened in a run, from its ledger entries. */
export interface RunStory {
  readonly run: string;
  readonly began: number;
  readonly last: number;
  readonly end: RunEnd;
  readonly session?: string;
  readonly accounts?: Readonly<Record<string, string>>;
  readonly agents: readonly string[];
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly handoffs: number;
  readonly refused: number;
  readonly tokens: number;
  readonly usd: number;
  readonly trips: readonly { readonly observed: boolean; readonly report: TripReport }[];
  readonly timeline: readonly Step[];
}

/** Tells a run from its entries, the oldest first. `undefined`: there are none. */
export function runStory(run: string, entries: Iterable<LedgerEntry>): RunStory | undefined {
  const timeline: Step[] = [];
  const asked = new Map<string, number>();
  const agents = new Set<string>();
  const trips: { observed: boolean; report: TripReport }[] = [];
  const counts = { modelCalls: 0, toolCalls: 0, handoffs: 0, refused: 0, tokens: 0, nanoUsd: 0 };
  let who: Pick<RunStory, "session" | "accounts"> = {};
  let began: number | undefined;
  let last = 0;
  let hasEnded = false;
  let isStopped = false;
  for (const entry of entries) {
    began ??= entry.at;
    last = entry.at;
    hasEnded = entry.type === "run-ended";
    const booked = bookedBy(entry);
    if (entry.type === "decision" || entry.type === "settlement") {
      counts.modelCalls += booked?.modelCalls ?? 0;
      counts.toolCalls += booked?.toolCalls ?? 0;
      counts.handoffs += booked?.delegations ?? 0;
      counts.tokens += booked?.tokens ?? 0;
      counts.nanoUsd += booked?.nanoUsd ?? 0;
    }
    if (entry.type === "decision") {
      const { session, accounts } = entry;
      who = {
        ...who,
        ...(session === undefined ? {} : { session }),
        ...(accounts === undefined ? {} : { accounts }),
      };
      agents.add(entry.agent);
      if (!entry.executed) counts.refused += 1;
      asked.set(entry.call, timeline.length);
      timeline.push(asStep(entry));
    } else if (entry.type === "settlement") {
      const at = asked.get(entry.call);
      if (at !== undefined) timeline[at] = settled(timeline[at] as CallStep, entry, booked);
    } else {
      if (entry.type === "trip") {
        trips.push({ observed: entry.observed, report: entry.report });
        isStopped ||= !entry.observed;
      }
      if (entry.type === "reset") isStopped = false;
      timeline.push({ type: entry.type, at: entry.at, text: textOf(entry) });
    }
  }
  if (began === undefined) return undefined;
  const { nanoUsd, ...figures } = counts;
  return {
    run,
    began,
    last,
    end: isStopped ? "stopped" : hasEnded ? "ended" : "open",
    ...who,
    agents: [...agents],
    ...figures,
    usd: toUsd(nanoUsd),
    trips,
    timeline,
  };
}

function asStep({ at, agent, kind, tool, verdict, rule, executed }: Entry<"decision">): CallStep {
  return {
    type: "call",
    at,
    agent,
    kind,
    tool,
    verdict,
    ...(rule === undefined ? {} : { rule }),
    executed,
  };
}

function settled(
  step: CallStep,
  { status, durationMs }: Entry<"settlement">,
  booked: Posting | undefined,
): CallStep {
  return {
    ...step,
    status,
    tokens: booked?.tokens ?? 0,
    usd: toUsd(booked?.nanoUsd ?? 0),
    ...(durationMs === undefined ? {} : { ms: durationMs }),
  };
}

/** What an entry books in the run's own account. */
function bookedBy({ run, postings }: LedgerEntry): Posting | undefined {
  return postings.find(({ account }) => account === `run:${run}`);
}

function textOf(entry: Exclude<LedgerEntry, { readonly type: "decision" | "settlement" }>): string {
  switch (entry.type) {
    case "trip":
      return entry.observed ? "guard would have stopped the run" : "guard stopped the run";
    case "override":
      return `${entry.override.by} applied an override: ${entry.override.why}`;
    case "stop":
      return `${entry.stop.by} stopped the run: ${entry.stop.why}`;
    case "stop-lifted":
      return `${entry.by} lifted the stop: ${entry.why}`;
    case "reset":
      return `${entry.by} reset the breaker: ${entry.why}`;
    case "restored":
      return "the run went on from a snapshot";
    case "run-ended":
      return "the run ended";
    case "carried-forward":
      return "older entries were dropped";
    case "spec":
      return "the spec was written";
    case "attestation":
      return `${entry.reviewer} attested the session`;
  }
}
