import type { Posting } from "../vocabulary/posting.ts";
import { nothing, plus, toUsd } from "./amounts.ts";
import type { Amounts, Spending, Used } from "../vocabulary/spending.ts";
import { isCurrent, slotsIn, type Window } from "./window.ts";

/** What an account has used in a window, and what it holds for pending calls. Plain JSON. */
export interface Balance {
  /** When its first call passed. */
  readonly startedAt?: number;
  /** The time of the latest posting. */
  readonly latestAt?: number;
  /** By slot; only rolling windows have more than one. */
  readonly used: Readonly<Record<string, Used>>;
  /** By the time when it counts as spent if the call has not settled. */
  readonly held: Readonly<Record<string, Amounts>>;
  /** The time of an alert, by its ceiling. */
  readonly alerted: Readonly<Record<string, number>>;
}

export const emptyBalance: Balance = { used: {}, held: {}, alerted: {} };

export const unused: Used = { modelCalls: 0, toolCalls: 0, delegations: 0, ...nothing };

/** The balance after a posting. */
export function post(balance: Balance, posting: Posting): Balance {
  const { slot, expires, heldTokens, heldNanoUsd } = posting;
  const used = { ...balance.used, [slot]: added(balance.used[slot] ?? unused, posting) };
  if (heldTokens === 0 && heldNanoUsd === 0) return { ...balance, used };
  const held = plus(balance.held[expires] ?? nothing, {
    tokens: heldTokens,
    nanoUsd: heldNanoUsd,
  });
  const { [expires]: _, ...others } = balance.held;
  const isFree = held.tokens === 0 && held.nanoUsd === 0;
  return {
    ...balance,
    used,
    held: isFree ? others : { ...others, [expires]: held },
  };
}

export function added(a: Used, b: Used): Used {
  return {
    modelCalls: a.modelCalls + b.modelCalls,
    toolCalls: a.toolCalls + b.toolCalls,
    delegations: (a.delegations ?? 0) + (b.delegations ?? 0),
    ...plus(a, b),
  };
}

/** The balance with its time running: from its first call on. */
export function runningAt(balance: Balance, now: number): Balance {
  const { startedAt = now, latestAt = now } = balance;
  return { ...balance, startedAt, latestAt: Math.max(latestAt, now) };
}

/** How long ago the first call passed. Setting the clock back does not shorten it. */
export function elapsedMs({ startedAt, latestAt = 0 }: Balance, now: number): number {
  return startedAt === undefined ? 0 : Math.max(now, latestAt, startedAt) - startedAt;
}

/** The sum of all slots of the window that count now. */
export function usedIn(balance: Balance, window: Window, now: number): Used {
  if (window.per === undefined) return balance.used["0"] ?? unused;
  return Object.entries(balance.used)
    .filter(([slot]) => isCurrent(window, slot, now))
    .reduce((sum, [, used]) => added(sum, used), unused);
}

/** All slots that count now, also empty ones. A process whose clock is ahead may use a future slot. */
export function slotsOf({ used }: Balance, window: Window, now: number): readonly string[] {
  const known = Object.keys(used).filter((slot) => isCurrent(window, slot, now));
  return [...new Set([...known, ...slotsIn(window, now)])];
}

/** What is held for pending calls, and for calls that did not settle in time. */
export function heldAt(balance: Balance, now: number): { reserved: Amounts; overdue: Amounts } {
  let [reserved, overdue] = [nothing, nothing];
  for (const [expires, held] of Object.entries(balance.held)) {
    if (Number(expires) > now) reserved = plus(reserved, held);
    else overdue = plus(overdue, held);
  }
  return { reserved, overdue };
}

/** What was spent in the life of an account. */
export function spending(balance: Balance | undefined): Spending {
  const { nanoUsd, tokens, modelCalls, toolCalls, delegations = 0 } = balance?.used["0"] ?? unused;
  return { modelCalls, toolCalls, delegations, tokens, usd: toUsd(nanoUsd) };
}
