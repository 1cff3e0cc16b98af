import type { LedgerEntry } from "../ports/ledger.ts";
import type { NamedBalance } from "./sum-entries.ts";

/** How the names of run accounts begin. */
const ofRun = "run:";

/** What follows a run's name in the account of one of its agents or tools. */
const part = /\/(?:agent|tool):.*$/s;

/** The accounts of runs that are under way, each with its run: entries come after the run's end, or a call is open. */
export function openRuns(
  entries: readonly LedgerEntry[],
  sums: ReadonlyMap<string, NamedBalance>,
): ReadonlyMap<string, string> {
  const runs = new Map<string, string>();
  const ended = new Set<string>();
  for (const { type, run, postings } of entries) {
    const own = postings.filter(({ account }) => account.startsWith(ofRun));
    for (const { account } of own) runs.set(account, run === "" ? runIn(account) : run);
    if (type === "run-ended") ended.add(run);
    else if (own.length > 0) ended.delete(run);
  }
  const open = new Map<string, string>();
  for (const { account, balance } of sums.values()) {
    const run = runs.get(account);
    if (run === undefined) continue;
    const isHeld = Object.keys(balance.held).length > 0;
    if (isHeld || !ended.has(run)) open.set(account, run);
  }
  return open;
}

/** The run of an account in the sum of old entries, which names no run. */
function runIn(account: string): string {
  return account.slice(ofRun.length).replace(part, "");
}
