import type { LedgerEntry } from "@guard/core";
import type { RecordedEvent } from "@guard/core/replay";
import { toUsd } from "../shown.ts";
import type { CalibrationRun } from "./calibrate.ts";
import type { Stop } from "./judged-run.ts";

type Decision = Extract<LedgerEntry, { readonly type: "decision" }>;
type Settlement = Extract<LedgerEntry, { readonly type: "settlement" }>;

/**
 * The runs of one name, from their ledger entries, the oldest first. A ledger has no arguments and results, so a run comes
 * with the verdicts that guard reached while it ran. In the mode `observe` these are the trips alone.
 */
export function* ledgerRuns(id: string, entries: Iterable<LedgerEntry>): Generator<CalibrationRun> {
  let run = new LedgerRun();
  for (const entry of entries) {
    run.add(entry);
    if (entry.type !== "run-ended") continue;
    if (run.events.length > 0) yield run.result(id);
    run = new LedgerRun();
  }
  if (run.events.length > 0) yield run.result(id);
}

/** One run, while its entries come. */
class LedgerRun {
  readonly events: RecordedEvent[] = [];
  readonly #asked = new Map<string, Decision>();
  #began: number | undefined;
  #calls = 0;
  #stop: Stop | undefined;
  #cure: string | null = null;

  add(entry: LedgerEntry): void {
    this.#began ??= entry.at;
    if (entry.type === "decision") this.#decided(entry);
    if (entry.type === "settlement") this.#settled(entry, this.#began);
    if (entry.type !== "trip") return;
    const { rule, tool = null, cure = null } = entry.report.finding;
    this.#cure ??= cure;
    // The entry of the call that trips follows.
    this.#stop ??= { at: this.#calls + 1, rule, tool, cure };
  }

  result(id: string): CalibrationRun {
    const stop = this.#stop && { ...this.#stop, cure: this.#cure };
    return { run: { id, events: this.events }, judged: { stop } };
  }

  #decided(entry: Decision): void {
    this.#asked.set(entry.call, entry);
    const at = this.#calls + 1;
    if (entry.kind !== "model") this.#calls = at;
    if (entry.verdict !== "block" && entry.verdict !== "open") return;
    this.#stop ??= { at, rule: entry.rule ?? null, tool: toolOf(entry), cure: null };
  }

  #settled(entry: Settlement, began: number): void {
    const decision = this.#asked.get(entry.call);
    if (decision === undefined || entry.status === "released") return;
    this.#asked.delete(entry.call);
    this.events.push(asEvent(decision, entry, began));
  }
}

function toolOf({ kind, tool }: Decision): string | null {
  return kind === "tool" ? tool : null;
}

function asEvent(
  { kind, tool, agent }: Decision,
  { at, durationMs, inputTokens, outputTokens, nanoUsd = 0, status }: Settlement,
  began: number,
): RecordedEvent {
  const base = {
    t: at - began,
    ...(durationMs === undefined ? {} : { ms: durationMs }),
    ...(nanoUsd === 0 ? {} : { usd: toUsd(nanoUsd) }),
    ...(status === "failure" ? { error: true } : {}),
  };
  if (kind === "tool") return { type: "tool", agent, tool, ...base };
  if (kind === "delegation") return { type: "handoff", from: agent, to: tool, ...base };
  const tokens = { inputTokens, outputTokens };
  return { type: "model", agent, model: tool, ...tokens, ...base };
}
