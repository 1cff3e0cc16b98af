import { laterRecord, recordIn as found, type GuardRecord } from "@guard/core/adapter";
import {
  Annotation,
  ReducedValue,
  type BaseChannel,
  type OverwriteValue,
} from "@langchain/langgraph";

export type { GuardRecord } from "@guard/core/adapter";

/** The key of the state under which a graph shows guard's record. */
export const channelKey = "guard";

/** The key under which the checkpoints of a guarded graph keep the record, where its state has no such key. */
export const hiddenKey = "_guard";

/** The record in the state of a graph, or `undefined`. */
export function recordIn(state: unknown): unknown {
  return found(state, channelKey) ?? found(state, hiddenKey);
}

/** Whether a channel of a state is guard's own. */
export function isGuardChannel(channel: unknown): boolean {
  return (channel as { operator?: unknown }).operator === reduceGuard;
}

/**
 * Keeps the record that has seen more calls: branches of one step write theirs in any order. Money never goes down.
 *
 * @throws {SnapshotError} where `next` is not a record
 */
export function reduceGuard(
  before: GuardRecord | undefined,
  next: GuardRecord | undefined,
): GuardRecord | undefined {
  return laterRecord(before, next, "guard");
}

/**
 * The key `guard` for a state of annotations. With it, nodes and results show guard's record: `guard.trip` tells what
 * stopped the run.
 *
 * @example
 * const State = Annotation.Root({ ...MessagesAnnotation.spec, guard: guardChannel });
 */
export const guardChannel: BaseChannel<
  GuardRecord | undefined,
  GuardRecord | OverwriteValue<GuardRecord | undefined> | undefined
> = Annotation<GuardRecord | undefined>({ reducer: reduceGuard, default: () => undefined });

/**
 * The channel that keeps the record in checkpoints alone. Only guard writes there, so it checks nothing: a run checks
 * the record from which it goes on.
 */
export const hiddenChannel: typeof guardChannel = Annotation<GuardRecord | undefined>({
  reducer: (before, next) => (callsSeen(before) > callsSeen(next) ? before : next),
  default: () => undefined,
});

function callsSeen(record: GuardRecord | undefined): number {
  return Number(record?.snapshot?.state?.["tokens"] ?? 0);
}

/** Any value, for a state schema: guard checks the record when a run goes on from it. */
const anything = {
  "~standard": {
    version: 1,
    vendor: "guard",
    validate: (value: unknown) => ({ value: value as GuardRecord | undefined }),
    jsonSchema: { input: () => ({}), output: () => ({}) },
  },
} as const;

/**
 * The key `guard` for a `StateSchema`. With it, nodes and results show guard's record: `guard.trip` tells what stopped the
 * run.
 *
 * @example
 * const State = new StateSchema({ messages: MessagesValue, guard: guardValue });
 */
export const guardValue: ReducedValue<GuardRecord | undefined> = new ReducedValue<
  GuardRecord | undefined
>(anything, { reducer: reduceGuard });
