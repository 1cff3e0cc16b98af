import { laterRecord, recordIn as found, type GuardRecord } from "@guard/core/adapter";
import {
  Annotation,
  ReducedValue,
  type BaseChannel,
  type OverwriteValue,
} from "@langchain/langgraph";

export type { GuardRecord } from "@guard/core/adapter";

/** What the state of a graph keeps for guard, where it keeps something. */
export function recordIn(state: unknown): unknown {
  return found(state, "guard");
}

/**
 * Of two records the one that has seen more calls: branches of one step write theirs in any order. What
 * was spent never goes down.
 *
 * @throws {SnapshotError} for a next one that is no record
 */
export function reduceGuard(
  before: GuardRecord | undefined,
  next: GuardRecord | undefined,
): GuardRecord | undefined {
  return laterRecord(before, next, "guard");
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
