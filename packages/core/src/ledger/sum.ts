import type { Posting } from "../budget/balance.ts";
import { nameIn } from "../budget/posting.ts";
import type { LedgerEntry } from "../ports/ledger.ts";

/** What the entries add up to: by account and window, then a posting for each slot and expiry. */
export function summed(entries: readonly LedgerEntry[]): ReadonlyMap<string, readonly Posting[]> {
  const sums = new Map<string, Map<string, Posting>>();
  for (const entry of entries) {
    if (entry.type === "restored") {
      for (const posting of entry.postings) sums.delete(nameIn(posting));
    }
    for (const posting of entry.postings) {
      const name = nameIn(posting);
      const parts = sums.get(name) ?? new Map<string, Posting>();
      const part = `${posting.slot} ${posting.expires}`;
      const before = parts.get(part);
      parts.set(part, before === undefined ? posting : plus(before, posting));
      sums.set(name, parts);
    }
  }
  return new Map([...sums].map(([name, parts]) => [name, [...parts.values()]]));
}

function plus(a: Posting, b: Posting): Posting {
  return {
    ...a,
    modelCalls: a.modelCalls + b.modelCalls,
    toolCalls: a.toolCalls + b.toolCalls,
    tokens: a.tokens + b.tokens,
    nanoUsd: a.nanoUsd + b.nanoUsd,
    heldTokens: a.heldTokens + b.heldTokens,
    heldNanoUsd: a.heldNanoUsd + b.heldNanoUsd,
  };
}
