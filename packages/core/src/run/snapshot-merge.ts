import { emptyBalance, type Balance } from "../budget/balance.ts";
import type { Used } from "../vocabulary/spending.ts";
import { decode, encode } from "./snapshot.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";

/**
 * Whether a snapshot was taken later than another one of the same run: more calls had been asked for.
 *
 * @throws {SnapshotError} if one of them is damaged or of another version
 */
export function isLater(a: Snapshot, b: Snapshot): boolean {
  return decode(a).tokens > decode(b).tokens;
}

/**
 * Whether a snapshot holds a trip.
 *
 * @throws {SnapshotError} if it is damaged or of another version
 */
export function isTripped(snapshot: Snapshot): boolean {
  return decode(snapshot).machine.status !== "closed";
}

/**
 * A snapshot with at least the spending of another: a checkpoint may rewind evidence, but spending never goes down.
 *
 * @throws {SnapshotError} if one of them is damaged or of another version
 */
export function withMoneyOf(snapshot: Snapshot, other: Snapshot): Snapshot {
  const state = decode(snapshot);
  for (const [account, balance] of decode(other).accounts) {
    const own = state.accounts.get(account) ?? emptyBalance;
    state.accounts.set(account, { ...own, used: atLeast(own, balance) });
  }
  return encode(state);
}

function atLeast(own: Balance, other: Balance): Readonly<Record<string, Used>> {
  const used = { ...own.used };
  for (const [slot, least] of Object.entries(other.used)) {
    const figures = used[slot] ?? least;
    used[slot] = {
      modelCalls: Math.max(figures.modelCalls, least.modelCalls),
      toolCalls: Math.max(figures.toolCalls, least.toolCalls),
      delegations: Math.max(figures.delegations ?? 0, least.delegations ?? 0),
      tokens: Math.max(figures.tokens, least.tokens),
      nanoUsd: Math.max(figures.nanoUsd, least.nanoUsd),
    };
  }
  return used;
}
