import { checkRecord, laterRecord, recordIn as found, type GuardRecord } from "@guard/core/adapter";
import {
  Annotation,
  ReducedValue,
  type BaseChannel,
  type OverwriteValue,
} from "@langchain/langgraph";

export type { GuardRecord } from "@guard/core/adapter";

/** The record of a graph's state, where it has one. */
export function recordIn(state: unknown): GuardRecord | undefined {
  return found(state, "guard");
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
  for (const record of [before, next]) checkRecord(record, "guard");
  return laterRecord(before, next);
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
