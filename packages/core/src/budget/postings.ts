import type { Amounts } from "../vocabulary/spending.ts";
import type { Balance } from "./balance.ts";
import type { Posting } from "../vocabulary/posting.ts";
import type { CallEstimate } from "./call-estimate.ts";
import type { AccountLimit } from "./account-limit.ts";
import { slotOf, windowName } from "./window.ts";

/** Reservations that end in the same minute are one figure, so an account has only a few of them. */
const minuteMs = 60_000;

/** When a reservation counts as spent. */
function expiryOf(now: number, ttlMs: number): string {
  return String(Math.ceil((now + ttlMs) / minuteMs) * minuteMs);
}

/** Counts a call and holds its likely cost, in all its accounts. */
export function holdPostings(
  limits: readonly AccountLimit[],
  { modelCalls, toolCalls, delegations, likely }: Omit<CallEstimate, "certain">,
  now: number,
  ttlMs: number,
): readonly Posting[] {
  const expires = expiryOf(now, ttlMs);
  const postings = limits.map(({ account, window }) => ({
    account,
    window: windowName(window, now),
    slot: slotOf(window, now),
    expires,
    modelCalls,
    toolCalls,
    delegations,
    tokens: 0,
    nanoUsd: 0,
    heldTokens: likely.tokens,
    heldNanoUsd: likely.nanoUsd,
  }));
  if (postings.length === 1) return postings;
  // Several limits of one account in one window share a balance.
  return [...new Map(postings.map((posting) => [balanceNameOf(posting), posting])).values()];
}

/** The name of a posting's balance. */
export function balanceNameOf({ account, window }: Pick<Posting, "account" | "window">): string {
  return `${account} ${window}`;
}

/** Replaces a hold by what was spent, in the window of the hold. */
export function costPostings(held: readonly Posting[], spent: Amounts): readonly Posting[] {
  return held.map((posting) => ({
    ...freed(posting),
    ...spent,
    modelCalls: 0,
    toolCalls: 0,
    delegations: 0,
  }));
}

/** Releases a hold, as if the agent had not asked for the call. */
export function releasePostings(held: readonly Posting[]): readonly Posting[] {
  return held.map((posting) => ({
    ...freed(posting),
    modelCalls: 0 - posting.modelCalls,
    toolCalls: 0 - posting.toolCalls,
    delegations: 0 - (posting.delegations ?? 0),
  }));
}

/** The opposite of a posting. */
export function negated(posting: Posting): Posting {
  const { modelCalls, toolCalls, delegations = 0, tokens, nanoUsd } = posting;
  return {
    ...freed(posting),
    modelCalls: 0 - modelCalls,
    toolCalls: 0 - toolCalls,
    delegations: 0 - delegations,
    tokens: 0 - tokens,
    nanoUsd: 0 - nanoUsd,
  };
}

/** Whether a posting changes any figure. */
export function moves(posting: Posting): boolean {
  return [
    posting.modelCalls,
    posting.toolCalls,
    posting.delegations ?? 0,
    posting.tokens,
    posting.nanoUsd,
    posting.heldTokens,
    posting.heldNanoUsd,
  ].some((figure) => figure !== 0);
}

/** A balance as the postings that make it. */
export function postingsOf(
  account: string,
  window: string,
  { used, held }: Balance,
): readonly Posting[] {
  const empty = { account, window, slot: "0", expires: "0" };
  const unused = { modelCalls: 0, toolCalls: 0, delegations: 0, tokens: 0, nanoUsd: 0 };
  return [
    ...Object.entries(used).map(([slot, figures]) => ({
      ...empty,
      ...figures,
      slot,
      heldTokens: 0,
      heldNanoUsd: 0,
    })),
    ...Object.entries(held).map(([expires, { tokens, nanoUsd }]) => ({
      ...empty,
      ...unused,
      expires,
      heldTokens: tokens,
      heldNanoUsd: nanoUsd,
    })),
  ];
}

function freed(posting: Posting): Posting {
  return {
    ...posting,
    // Not -0: JSON would not keep it.
    heldTokens: 0 - posting.heldTokens,
    heldNanoUsd: 0 - posting.heldNanoUsd,
  };
}
