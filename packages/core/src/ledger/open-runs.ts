import type { LedgerEntry } from "../ports/ledger.ts";
import type { NamedBalance } from "./sum-entries.ts";

/** How the names of run accounts begin. */
const ofRun = "run:";

/** What follows a run's name in the account of one of its agents or tools. */
const part = /\/(?:agent|tool):.*$/s;

/** The runs of a ledger that have not ended. */
export interface OpenRuns {
  /** Their accounts, each with its run. */
  readonly runs: ReadonlyMap<string, string>;
  /** Runs that several breakers of one name have written: no breaker knows the whole balance. */
  readonly mixed: ReadonlySet<string>;
}

/** The runs that are under way: entries come after the run's end, a call is open, or another breaker has its name. */
export function openRuns(
  entries: readonly LedgerEntry[],
  sums: ReadonlyMap<string, NamedBalance>,
): OpenRuns {
  const named = new Map<string, string>();
  const ended = new Set<string>();
  const breakers = new Map<string, Set<string>>();
  const isMixed = (run: string) => (breakers.get(run)?.size ?? 0) > 1;
  for (const entry of entries) {
    const { type, run, postings } = entry;
    const own = postings.filter(({ account }) => account.startsWith(ofRun));
    for (const { account } of own) named.set(account, run === "" ? runIn(account) : run);
    if (type === "run-ended" && !isMixed(run)) ended.add(run);
    else if (own.length > 0) ended.delete(run);
    // A snapshot replaces the balances, and the end of a run closes them.
    if (type === "restored" || ended.has(run)) breakers.delete(run);
    if (type === "decision" && own.length > 0) {
      breakers.set(run, (breakers.get(run) ?? new Set()).add(breakerOf(entry.call)));
    }
  }
  const runs = new Map<string, string>();
  for (const { account, balance } of sums.values()) {
    const run = named.get(account);
    if (run === undefined) continue;
    const isHeld = Object.keys(balance.held).length > 0;
    if (isHeld || !ended.has(run)) runs.set(account, run);
  }
  return { runs, mixed: new Set([...breakers.keys()].filter(isMixed)) };
}

/** The run of an account in the sum of old entries, which names no run. */
function runIn(account: string): string {
  return account.slice(ofRun.length).replace(part, "");
}

/** What the ids of a breaker's calls begin with. */
function breakerOf(call: string): string {
  return call.slice(0, call.lastIndexOf("-"));
}
