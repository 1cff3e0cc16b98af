import type { ToolPolicy } from "./call.ts";

interface Timed {
  /** Milliseconds since the run began. */
  readonly t?: number | undefined;
  /** Counts user messages: a change of it is a different user message. */
  readonly turn?: number | undefined;
}

/** What a user said. */
export interface RecordedUserMessage extends Timed {
  readonly type: "user";
  readonly agent?: string | undefined;
  readonly text?: string | undefined;
}

/** One answer of a model. */
export interface RecordedModelCall extends Timed {
  readonly type: "model";
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly usd?: number | undefined;
  readonly text?: string | undefined;
}

/** One tool call with its result. Calls next to each other with the same round came in one answer. */
export interface RecordedToolCall extends Timed {
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
export interface RecordedHandoff extends Timed {
  readonly type: "handoff";
  readonly round?: number | undefined;
  readonly from: string;
  readonly to: string;
  readonly task?: unknown;
  readonly usd?: number | undefined;
}

/** One thing that happened in a run. */
export type RecordedEvent =
  | RecordedUserMessage
  | RecordedModelCall
  | RecordedToolCall
  | RecordedHandoff;
