import type { Call } from "../vocabulary/call.ts";

/** The kind of a call, as a count. */
export interface CallCounts {
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly delegations: number;
}

/** One call of a kind. */
export function countsOf(kind: Call["kind"]): CallCounts {
  return counts[kind];
}

const counts: Readonly<Record<Call["kind"], CallCounts>> = {
  model: { modelCalls: 1, toolCalls: 0, delegations: 0 },
  tool: { modelCalls: 0, toolCalls: 1, delegations: 0 },
  delegation: { modelCalls: 0, toolCalls: 0, delegations: 1 },
};
