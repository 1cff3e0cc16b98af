import type { LedgerEntry, Spec } from "@guard/core";
import canonicalize from "canonicalize";
import { hash } from "node:crypto";
import { assumptionsIn, type Assumption } from "./assumptions.ts";
import type { LedgerRow } from "./read-rows.ts";
import { callOf, rowsOfSession } from "./session-rows.ts";

/** One row of the evidence. `hash` covers the whole entry, and all entries before it. */
export interface Evidence {
  readonly seq: number;
  /** UTC, ISO 8601. */
  readonly time: string;
  readonly run: string;
  readonly type: LedgerEntry["type"];
  readonly agent?: string;
  readonly tool?: string;
  readonly verdict?: string;
  readonly status?: string;
  readonly hash: string;
}

/** Why guard stopped a run, and which row says so. */
export interface Breach {
  readonly seq: number;
  readonly run: string;
  /** The reason of the trip. `stopped before`: guard had stopped the run before this session began, and let no call start. */
  readonly reason: string;
  /** guard only watched, and the run went on. */
  readonly observed: boolean;
}

/** From what the session began with to what it ended with, and what that took. */
export interface Difference {
  /** The hash of the first call's input. */
  readonly firstInput?: string;
  /** The hash of the last result. */
  readonly lastOutput?: string;
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly tokens: number;
  /** In billionths of a USD. */
  readonly nanoUsd: number;
  readonly breaches: readonly Breach[];
}

/**
 * What a reviewer reads about a session, in five parts. It holds neither a reviewer nor the time of the review, so that all
 * reviewers of one session read the same frame.
 */
export interface Frame {
  /** The version of this form. */
  readonly version: 1;
  readonly session: string;
  /** What the work does, and what it does not do. Absent without a spec. */
  readonly promise?: Pick<Spec, "does" | "doesNot">;
  /** What done looks like. Absent without a spec. */
  readonly done?: string;
  readonly difference: Difference;
  /** Every row of the session's runs, the oldest first. */
  readonly evidence: readonly Evidence[];
  /** What the rows do not prove. */
  readonly assumptions: readonly Assumption[];
}

/** The frame of a session, from what the file holds about it. The order of the rows changes nothing. */
export function frameOf(session: string, all: readonly LedgerRow[]): Frame {
  const spec = specIn(session, all);
  const rows = rowsOfSession(all, session);
  return {
    version: 1,
    session,
    ...(spec && { promise: { does: spec.does, doesNot: spec.doesNot }, done: spec.done }),
    difference: differenceIn(rows),
    evidence: evidenceIn(rows),
    assumptions: assumptionsIn(rows, spec),
  };
}

/** The SHA-256 of a frame, in hexadecimal, over its RFC 8785 bytes: every language can work it out. */
export function frameHash(frame: Frame): string {
  return hash("sha256", canonicalize(frame)!, "hex");
}

/** The spec of a session with its place in the file: the first, because a spec never changes. */
export function specIn(
  session: string,
  rows: readonly LedgerRow[],
): (Spec & { readonly seq: number }) | undefined {
  const specs = rows.flatMap(({ seq, entry }) =>
    entry.type === "spec" && entry.session === session ? [{ ...entry, seq }] : [],
  );
  const [first] = specs.toSorted((one, other) => one.seq - other.seq);
  return first && { seq: first.seq, does: first.does, doesNot: first.doesNot, done: first.done };
}

function differenceIn(rows: readonly LedgerRow[]): Difference {
  const entries = rows.map(({ entry }) => entry);
  const decisions = entries.filter((entry) => entry.type === "decision");
  const settlements = entries.filter((entry) => entry.type === "settlement");
  const firstInput = decisions.find(({ inputHash }) => inputHash !== undefined)?.inputHash;
  const lastOutput = settlements.findLast(({ outputHash }) => outputHash !== undefined)?.outputHash;
  const calls = (kind: string) =>
    decisions.filter((one) => one.kind === kind && one.executed).length;
  return {
    ...(firstInput !== undefined && { firstInput }),
    ...(lastOutput !== undefined && { lastOutput }),
    modelCalls: calls("model"),
    toolCalls: calls("tool"),
    tokens: sum(settlements.map((one) => (one.inputTokens ?? 0) + (one.outputTokens ?? 0))),
    nanoUsd: sum(settlements.map((one) => one.nanoUsd ?? 0)),
    breaches: breachesIn(rows),
  };
}

function breachesIn(rows: readonly LedgerRow[]): readonly Breach[] {
  // A run is listed by its trips. Without a trip, its first refused call tells that guard had stopped it before.
  const tripped = new Set(rows.flatMap(({ entry }) => (entry.type === "trip" ? [entry.run] : [])));
  return rows.flatMap(({ seq, entry }): readonly Breach[] => {
    const { run, type } = entry;
    if (type === "trip") {
      return [{ seq, run, reason: entry.report.reason, observed: entry.observed }];
    }
    const isRefused = type === "decision" && entry.verdict === "open" && !entry.executed;
    if (!isRefused || tripped.has(run)) return [];
    tripped.add(run);
    return [{ seq, run, reason: "stopped before", observed: false }];
  });
}

const sum = (figures: readonly number[]) => figures.reduce((all, one) => all + one, 0);

function evidenceIn(rows: readonly LedgerRow[]): readonly Evidence[] {
  const calls = new Map<string, { readonly agent: string; readonly tool: string }>();
  return rows.map(({ seq, hash: rowHash, entry }) => {
    const { run, type, at } = entry;
    const row = { seq, time: new Date(at).toISOString(), run, type, hash: rowHash };
    if (entry.type === "decision") {
      const { agent, tool, verdict } = entry;
      calls.set(callOf(entry), { agent, tool });
      return { ...row, agent, tool, verdict };
    }
    if (entry.type === "settlement")
      return { ...row, ...calls.get(callOf(entry)), status: entry.status };
    return row;
  });
}
