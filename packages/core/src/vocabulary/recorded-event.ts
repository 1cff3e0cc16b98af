import type { ToolPolicy } from "./call.ts";

interface Timed {
  /** When it happened, or had come back, in milliseconds since the run began. */
  readonly t?: number | undefined;
  /** Counts what the user has asked for: a change of it begins a turn. */
  readonly turn?: number | undefined;
}

interface Taken extends Timed {
  /** Tells the lanes of one agent apart: instances that work at once, independent questions. */
  readonly lane?: string | undefined;
  /** How long it took to come back, in milliseconds. */
  readonly ms?: number | undefined;
}

/** What a user said. */
export interface RecordedUserMessage extends Timed {
  readonly type: "user";
  readonly agent?: string | undefined;
  readonly text?: string | undefined;
}

/** One answer of a model. */
export interface RecordedModelCall extends Taken {
  readonly type: "model";
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly usd?: number | undefined;
  /** The answer, where it asks for no calls; an empty one is `""`. Absent where it is not known. */
  readonly text?: string | undefined;
  /** It has failed. */
  readonly error?: boolean | undefined;
}

/** One tool call with its result. Calls next to each other with the same round came in one answer. */
export interface RecordedToolCall extends Taken {
  readonly type: "tool";
  readonly agent?: string | undefined;
  readonly round?: number | undefined;
  readonly tool: string;
  readonly args?: unknown;
  readonly result?: unknown;
  readonly error?: boolean | undefined;
  readonly policy?: ToolPolicy | undefined;
  readonly usd?: number | undefined;
}

/** Work given by one agent to another. */
export interface RecordedHandoff extends Taken {
  readonly type: "handoff";
  readonly round?: number | undefined;
  readonly from: string;
  readonly to: string;
  readonly task?: unknown;
  readonly taskId?: string | undefined;
  readonly result?: unknown;
  readonly error?: boolean | undefined;
  readonly usd?: number | undefined;
}

/** One thing that happened in a run. */
export type RecordedEvent =
  | RecordedUserMessage
  | RecordedModelCall
  | RecordedToolCall
  | RecordedHandoff;
