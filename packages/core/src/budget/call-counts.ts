import type { Call } from "../vocabulary/call.ts";

/** What kind of call it is, as a count. */
export interface CallCounts {
  readonly modelCalls: number;
  readonly toolCalls: number;
}

/** One call of a kind. */
export function countsOf(kind: Call["kind"]): CallCounts {
  return counts[kind];
}

const counts: Readonly<Record<Call["kind"], CallCounts>> = {
  model: { modelCalls: 1, toolCalls: 0 },
  tool: { modelCalls: 0, toolCalls: 1 },
  delegation: { modelCalls: 0, toolCalls: 0 },
};
