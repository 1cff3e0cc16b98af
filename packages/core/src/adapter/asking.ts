import type { Decision, Outcome, ToolCall, Usage } from "../vocabulary/call.ts";
import type { CallRefusedError, CircuitOpenError } from "../vocabulary/errors.ts";
import type { AskedCall, Sought } from "./asked-calls.ts";

/** A message of a request, in no framework's words. guard calls the functions only if it needs the content. */
export type ShownMessage =
  | { readonly role: "user" | "other"; readonly text: () => string }
  | { readonly role: "answer"; readonly text: () => string; readonly calls: readonly ToolCall[] }
  | {
      readonly role: "result";
      /** The id of the call that it answers. */
      readonly id: string;
      /** What came back. `undefined` if the message does not say. */
      readonly outcome: () => Outcome | undefined;
    };

/** What a request to a model shows. guard calls the functions only if it needs the content. */
export interface Shown {
  /** Its messages, the latest first. */
  readonly latest: () => Iterable<ShownMessage>;
  /**
   * The tools that the request offers, by name or in any provider's words. Leave it out if the framework does not say.
   */
  readonly tools?: (() => unknown) | undefined;
  /** Whether another agent wrote the request: then its words are not the user's. Default: `false`. */
  readonly isInner?: boolean | undefined;
}

/** A model's answer, in no framework's words. */
export interface ModelAnswer {
  /** The answer's own id. Default: the key of its request. */
  readonly id?: string | undefined;
  /** The tool calls that the answer asks for, valid or not. */
  readonly calls: readonly ToolCall[];
  /** The text. guard judges an answer that asks for calls by these calls. */
  readonly text?: string | undefined;
  readonly usage?: Usage | undefined;
}

/** A model call or a tool that is about to start. */
export interface Starting {
  /** Give it to `end` or `answered` with what came back. */
  readonly key: string;
  readonly decision: Decision;
  /** The error for a call that must not be made. `undefined` if the call may be made. */
  readonly refused: CircuitOpenError | CallRefusedError | undefined;
}

/** How a tool starts. */
export interface StartOptions {
  /** The framework's own id of this start. Default: a new one. */
  readonly key?: string | undefined;
  /** What the framework tells about the call, if it tells less or more than the call. Default: the call. */
  readonly sought?: Sought | undefined;
  /**
   * Whether the model will read a refusal. If not, a blocked call runs, and guard counts it as refused. Default:
   * `true`.
   */
  readonly canRefuse?: boolean | undefined;
}

/** How to ask for the calls of an answer. */
export interface AskOptions {
  /** The key under which guard remembers the calls. Default: the answer's id. */
  readonly key?: string;
  readonly stage?: AskedCall["stage"];
  /** The last words before the answer: the task of a hand-off that names none. */
  readonly lastSaid?: string | undefined;
}

/** What the user said, and to which agent. */
export interface Said {
  readonly agent: string;
  readonly text: string;
}
