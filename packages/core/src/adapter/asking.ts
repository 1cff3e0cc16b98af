import type { Decision, Outcome, ToolCall, Usage } from "../vocabulary/call.ts";
import type { CallRefusedError, CircuitOpenError } from "../vocabulary/errors.ts";
import type { AskedCall, Sought } from "./asked-calls.ts";

/** A message of a request, in neutral words. What it holds is read only where it matters. */
export type ShownMessage =
  | { readonly role: "user" | "other"; readonly text: () => string }
  | { readonly role: "answer"; readonly text: () => string; readonly calls: readonly ToolCall[] }
  | {
      readonly role: "result";
      /** The id of the call that it answers. */
      readonly id: string;
      /** What came back; `undefined` where the message does not say. */
      readonly outcome: () => Outcome | undefined;
    };

/** What the request of a model call shows, read only where it matters. */
export interface Shown {
  /** Its messages, the latest first. */
  readonly latest: () => Iterable<ShownMessage>;
  /** The tools that it offers, by name or in any provider's words; no list where the framework does not say. */
  readonly tools?: (() => unknown) | undefined;
  /** Whether another agent has written it: then its words are not the user's. Default: `false`. */
  readonly isInner?: boolean | undefined;
}

/** A model's answer, in neutral words. */
export interface ModelAnswer {
  /** The answer's own id. Default: the key of its request. */
  readonly id?: string | undefined;
  /** The tools that it asks for, valid or not. */
  readonly calls: readonly ToolCall[];
  /** What it says. An answer that asks for calls is judged by those. */
  readonly text?: string | undefined;
  readonly usage?: Usage | undefined;
}

/** A model call or a tool that is about to start. */
export interface Starting {
  /** Give it back with what came of the call. */
  readonly key: string;
  readonly decision: Decision;
  /** Set where the call must not be made: what says so in frameworks that understand errors. */
  readonly refused: CircuitOpenError | CallRefusedError | undefined;
}

/** How a tool starts. */
export interface StartOptions {
  /** The framework's own id of this start. Default: a new one. */
  readonly key?: string | undefined;
  /** What the framework tells of the call, where that is less or more than the call. Default: the call. */
  readonly sought?: Sought | undefined;
  /**
   * Whether the model will read a refusal. Where it will not, a blocked call runs and counts as refused.
   * Default: `true`.
   */
  readonly canRefuse?: boolean | undefined;
}

/** How the calls of an answer are asked for. */
export interface AskOptions {
  /** Under which key they are remembered. Default: the answer's id. */
  readonly key?: string;
  readonly stage?: AskedCall["stage"];
  /** What was said last, for hand-offs that say nothing themselves. */
  readonly lastSaid?: string | undefined;
}

/** What the user has said, and to which agent. */
export interface Said {
  readonly agent: string;
  readonly text: string;
}
