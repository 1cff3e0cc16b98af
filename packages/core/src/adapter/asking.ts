import type { Decision, Outcome, ToolCall, Usage } from "../vocabulary/call.ts";
import type { CallRefusedError, CircuitOpenError } from "../vocabulary/errors.ts";
import type { AskedCall, Sought } from "./asked-calls.ts";
import type { Said } from "./turns.ts";

/** What the request of a model call shows, read only where it matters. */
export interface Shown {
  /** What came back from calls, by their ids, the latest first. `undefined` where a message does not say. */
  readonly outcomes: () => Iterable<readonly [id: string, outcome: Outcome | undefined]>;
  /** What the user has said; `undefined` where another agent has written the request. */
  readonly said?: (() => Said | undefined) | undefined;
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
  /** What was said last before it, for hand-offs that say nothing themselves. */
  readonly lastSaid?: (() => string | undefined) | undefined;
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
  readonly lastSaid?: (() => string | undefined) | undefined;
}
