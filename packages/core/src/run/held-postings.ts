import { countsOf } from "../budget/call-counts.ts";
import type { Posting } from "../vocabulary/posting.ts";
import type { PendingCall } from "./state.ts";

/** What a call holds in the accounts of its run. */
export function heldPostings({
  kind,
  accounts,
  expires,
  reserved,
}: PendingCall): readonly Posting[] {
  const counts = countsOf(kind);
  return accounts.map((account) => ({
    account,
    window: "life",
    slot: "0",
    expires,
    ...counts,
    tokens: 0,
    nanoUsd: 0,
    heldTokens: reserved.tokens,
    heldNanoUsd: reserved.nanoUsd,
  }));
}
