import { SnapshotError, createBreaker, signature, type Snapshot } from "@guard/core";
import { isLater, withMoneyOf } from "@guard/core/adapter";

/** What an agent's state keeps of its guard, under the private key `_guard`: plain JSON. */
export interface GuardRecord {
  /** Everything the breaker knows: evidence, money and the trip. */
  readonly snapshot: Snapshot;
  /** The answers that have asked for calls which had not started, by the keys of these calls. */
  readonly open?: Readonly<Record<string, string>>;
  /** The questions whose answers the snapshot has heard. */
  readonly approved?: readonly string[];
}

/** A call by its id, its tool and its arguments: a human may change these before it runs. */
export function callKey(id: string, tool: string, args: unknown): string {
  return `${id}\n${signature(tool, args)}`;
}

/**
 * The record in a state, or in what else a run is given; `undefined` where there is none.
 *
 * @throws {SnapshotError} for what stands in its place and is none
 */
export function recordIn(state: unknown): GuardRecord | undefined {
  const { _guard: record } = (state ?? {}) as { readonly _guard?: GuardRecord | null };
  if (record === undefined || record === null) return undefined;
  if (typeof record.snapshot?.state === "object") return record;
  throw new SnapshotError("_guard: expected a record that guardMiddleware has written");
}

/** Of two records the one that has seen more calls. What was spent never goes down. */
export function laterOf(
  before: GuardRecord | undefined,
  next: GuardRecord | undefined,
): GuardRecord | undefined {
  if (before === undefined || next === undefined) return next ?? before;
  return isLater(before.snapshot, next.snapshot)
    ? withSpending(before, next)
    : withSpending(next, before);
}

/** A record whose money is at least that of another; of nothing there is no evidence, but money. */
export function withSpending(
  record: GuardRecord | undefined,
  other: GuardRecord | undefined,
): GuardRecord | undefined {
  if (other === undefined) return record;
  const own = record ?? { snapshot: createBreaker().snapshot() };
  return { ...own, snapshot: withMoneyOf(own.snapshot, other.snapshot) };
}
