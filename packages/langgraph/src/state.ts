import { SnapshotError, type Decision, type Snapshot, type TripReport } from "@guard/core";
import { isLater, withMoneyOf } from "@guard/core/adapter";
import {
  Annotation,
  ReducedValue,
  type BaseChannel,
  type OverwriteValue,
} from "@langchain/langgraph";

/** What a graph's state keeps of its guard: plain JSON. */
export interface GuardRecord {
  /** Everything the breaker knows: evidence, money and the trip. */
  readonly snapshot: Snapshot;
  /** The trip that holds the circuit open, if one does. */
  readonly trip?: TripReport;
  /** Refused calls of which the model has not been told yet. */
  readonly refused?: readonly RefusedCall[];
}

/** A refused call, by a key of its id, name and arguments, and who asked for it. */
export interface RefusedCall {
  readonly key: string;
  readonly agent: string;
  readonly id?: string;
  readonly decision: Decision;
}

/**
 * Of two records the one that has seen more calls: branches of one step write theirs in any order. What
 * was spent never goes down.
 *
 * @throws {SnapshotError} for what is no record
 */
export function reduceGuard(
  before: GuardRecord | undefined,
  next: GuardRecord | undefined,
): GuardRecord | undefined {
  for (const record of [before, next]) check(record);
  if (!before || !next) return next ?? before;
  return isLater(before.snapshot, next.snapshot)
    ? withSpending(before, next)
    : withSpending(next, before);
}

function check(record: GuardRecord | undefined): void {
  if (!record || typeof record.snapshot?.state === "object") return;
  throw new SnapshotError("guard: expected a record that a guarded node has written");
}

/** A record whose money is at least that of another. */
export function withSpending(record: GuardRecord, other: GuardRecord | undefined): GuardRecord {
  if (other === undefined) return record;
  return { ...record, snapshot: withMoneyOf(record.snapshot, other.snapshot) };
}

/** A record, where a state has one. */
export function recordIn(state: unknown): GuardRecord | undefined {
  const record = (state as { readonly guard?: GuardRecord } | null | undefined)?.guard;
  return typeof record?.snapshot?.state === "object" ? record : undefined;
}

/**
 * The channel `guard` for a state made of annotations.
 *
 * @example
 * const State = Annotation.Root({ ...MessagesAnnotation.spec, guard: guardChannel });
 */
export const guardChannel: BaseChannel<
  GuardRecord | undefined,
  GuardRecord | OverwriteValue<GuardRecord | undefined> | undefined
> = Annotation<GuardRecord | undefined>({ reducer: reduceGuard, default: () => undefined });

/** Any value, for a state schema: what it means is checked when a breaker is restored from it. */
const anything = {
  "~standard": {
    version: 1,
    vendor: "guard",
    validate: (value: unknown) => ({ value: value as GuardRecord | undefined }),
    jsonSchema: { input: () => ({}), output: () => ({}) },
  },
} as const;

/**
 * The field `guard` for a `StateSchema`.
 *
 * @example
 * const State = new StateSchema({ messages: MessagesValue, guard: guardValue });
 */
export const guardValue: ReducedValue<GuardRecord | undefined> = new ReducedValue<
  GuardRecord | undefined
>(anything, { reducer: reduceGuard });
