import type { ToolPolicy } from "./tool-policy.ts";

interface Timed {
  /** When it happened or came back, in milliseconds since the run began. */
  readonly t?: number | undefined;
  /** The number of the user's turn. A new number begins a turn. */
  readonly turn?: number | undefined;
}

interface Taken extends Timed {
  /** Tells conversations of one agent apart. */
  readonly lane?: string | undefined;
  /** How long it took to come back, in milliseconds. */
  readonly ms?: number | undefined;
}

/** A message of the user. */
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
  /** The answer, if it asks for no calls. `""` for an empty one; absent if it is unknown. */
  readonly text?: string | undefined;
  /** `true` for a call that failed. */
  readonly error?: boolean | undefined;
}

/** One tool call with its result. Neighbouring calls with the same `round` are of one answer. */
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

/** Work that one agent gives to another. */
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

/** One event of a recorded run, as `replay` of `@guard/core/replay` reads it. */
export type RecordedEvent =
  | RecordedUserMessage
  | RecordedModelCall
  | RecordedToolCall
  | RecordedHandoff;
