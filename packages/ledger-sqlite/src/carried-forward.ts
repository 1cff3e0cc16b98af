import type { LedgerEntry, LedgerQuery, Posting } from "@guard/core";
import type { DatabaseSync } from "node:sqlite";

/** The sum of all dropped entries. */
interface Carried {
  readonly at: number;
  readonly postings: readonly Posting[];
}

/** The entry for all dropped entries, if the query matches it. For a query of one account: its part. */
export function carriedForward(
  database: DatabaseSync,
  { run, account, type, since = -Infinity, until = Infinity }: LedgerQuery,
): readonly LedgerEntry[] {
  if ((run ?? "") !== "" || (type ?? "carried-forward") !== "carried-forward") return [];
  const carried = readCarried(database);
  if (carried === undefined || carried.at < since || carried.at >= until) return [];
  const isAsked = (posting: Posting) => account === undefined || posting.account === account;
  const postings = carried.postings.filter(isAsked);
  if (account !== undefined && postings.length === 0) return [];
  return [{ type: "carried-forward", run: "", at: carried.at, postings }];
}

/** What the dropped entries add up to. `undefined`: none was dropped. */
export function readCarried(database: DatabaseSync): Carried | undefined {
  const found = database.prepare("SELECT carried FROM dropped ORDER BY size DESC LIMIT 1").get();
  return found && (JSON.parse(String(found["carried"])) as Carried);
}

/**
 * Adds entries to what was carried forward. Keeps only balances that are still needed: `isNeeded` gets the account and
 * the window.
 */
export function carry(
  before: Carried | undefined,
  entries: Iterable<LedgerEntry>,
  isNeeded: (account: string, window: string) => boolean,
): Carried {
  const sums = new Map<string, Map<string, Posting>>();
  let at = before?.at ?? 0;
  const add = (posting: Posting) => {
    const name = nameOf(posting);
    const parts = sums.get(name) ?? new Map<string, Posting>();
    for (const part of [usedOf(posting), heldOf(posting)]) {
      const key = JSON.stringify([part.slot, part.expires]);
      parts.set(key, plus(parts.get(key), part));
    }
    sums.set(name, parts);
  };
  for (const posting of before?.postings ?? []) add(posting);
  for (const entry of entries) {
    at = entry.at;
    if (entry.type === "restored") {
      for (const posting of entry.postings) sums.delete(nameOf(posting));
    }
    for (const posting of entry.postings) add(posting);
  }
  const postings = [...sums.values()].flatMap((parts) => [...parts.values()]);
  return {
    at,
    postings: postings.filter(
      (posting) =>
        figures.some((figure) => posting[figure] !== 0) &&
        isNeeded(posting.account, posting.window),
    ),
  };
}

const figures = [
  "modelCalls",
  "toolCalls",
  "delegations",
  "tokens",
  "nanoUsd",
  "heldTokens",
  "heldNanoUsd",
] as const;

const nameOf = ({ account, window }: Posting) => JSON.stringify([account, window]);

/** The part of a posting that adds to what was used: it does not expire. */
function usedOf(posting: Posting): Posting {
  return { ...posting, expires: "0", heldTokens: 0, heldNanoUsd: 0 };
}

/** The part of a posting that adds to what is held. */
function heldOf({ account, window, slot, expires, heldTokens, heldNanoUsd }: Posting): Posting {
  const used = { modelCalls: 0, toolCalls: 0, delegations: 0, tokens: 0, nanoUsd: 0 };
  return { account, window, slot, expires, ...used, heldTokens, heldNanoUsd };
}

function plus(before: Posting | undefined, posting: Posting): Posting {
  const sum: Record<string, number> = {};
  for (const figure of figures) sum[figure] = (before?.[figure] ?? 0) + (posting[figure] ?? 0);
  return { ...posting, ...sum };
}
