import type { Call, Decision, Outcome, Settlement, Token, Usage } from "../vocabulary/call.ts";
import type { CallRefusedError, CircuitOpenError } from "../vocabulary/errors.ts";

/** Options of `admit`. */
export interface AdmitOptions {
  /**
   * The id of the model's answer that asks for these calls. If you ask about the same answer again, for instance in a
   * retry, you get the same decisions. Default: each `admit` is a new answer.
   */
  readonly answer?: string;
}

/** Options of `run`. */
export interface RunOptions<T> {
  /** Reads from the result what the call has used. Default: guard books only the price in the option `tools`. */
  readonly usage?: (result: T) => Usage | undefined;
}

/** What `run` gives to its function. */
export interface RunContext {
  /** Aborts when guard stops the run. */
  readonly signal: AbortSignal;
}

/**
 * One agent in a run. guard judges each lane by itself. All lanes of a breaker share its budget, and stop together.
 *
 * @example
 * const lane = breaker.agent("researcher");
 * const [decision] = await lane.admit([{ kind: "tool", id: "call_1", tool: "search", args: { q } }]);
 * if (decision.verdict === "allow" || decision.verdict === "warn") {
 *   await lane.settle(decision.token, { status: "success", result: await search(q) });
 * }
 */
export interface Lane {
  /** The agent's name. */
  readonly agent: string;

  /**
   * Tells guard that the user has said something: a new turn begins, and guard forgets what it has counted. Call it for
   * the agent that talks to the user, which is the first agent of the run. For any other agent the message is a prompt:
   * then only this lane starts anew.
   *
   * @param text the message. Any text begins a turn
   */
  userMessage(text: string): void;

  /**
   * Asks for all calls of one model answer together, before they start. Returns a decision for each call, in the same
   * order. A refusal is a decision, not an error.
   *
   * @throws {TypeError} for a call without a kind or a name, or with a wrong figure: then guard admits none of the calls
   */
  admit<const Calls extends readonly unknown[]>(
    calls: readonly [...{ [K in keyof Calls]: Call }],
    options?: AdmitOptions,
  ): Promise<{ [K in keyof Calls]: Decision }>;

  /** `admit` for hooks that can't wait. guard judges with what this process knows. */
  admitSync<const Calls extends readonly unknown[]>(
    calls: readonly [...{ [K in keyof Calls]: Call }],
    options?: AdmitOptions,
  ): { [K in keyof Calls]: Decision };

  /**
   * Tells guard what came back from a call. A figure of `usage` that is NaN, infinite or negative counts as not reported,
   * and guard emits a `bad-usage` event.
   *
   * @throws {TypeError} for a wrong token or an outcome without a status: then guard books nothing, and the call stays open
   */
  settle(token: Token, outcome: Outcome): Promise<Settlement>;

  /** `settle` for hooks that can't wait. */
  settleSync(token: Token, outcome: Outcome): Settlement;

  /** Tells guard that your code did not make an admitted call. The call does not count, and guard reserves nothing for it any more. */
  release(token: Token): Promise<Settlement>;

  /**
   * Whether a call may still start. Returns its decision again, or `open` if guard has stopped the run since. Without a
   * decision it tells whether the run is stopped.
   *
   * @throws {TypeError} for what is no decision
   */
  check(decision?: Decision): Decision;

  /**
   * Asks for a call, makes it, and tells guard what came back. An error of `fn` is thrown again; an `AbortError` counts as
   * `ignored`.
   *
   * @param fn makes the call
   * @throws {CircuitOpenError} when guard stops the run, or has stopped it: `fn` has not run
   * @throws {CallRefusedError} when guard refuses this call and the run goes on: `fn` has not run
   * @throws {TypeError} for a call without a kind or a name, and for an `fn` that is no function
   *
   * @example
   * const page = await lane.run({ kind: "tool", tool: "search", args: { q } }, () => search(q));
   */
  run<T>(
    call: Call,
    fn: (context: RunContext) => T | PromiseLike<T>,
    options?: RunOptions<T>,
  ): Promise<T>;

  /**
   * The error for a decision, for you to throw: a `CallRefusedError` for `block`, a `CircuitOpenError` for `open`.
   *
   * @throws {TypeError} for what is no decision, and for one that allows the call
   */
  toError(decision: Decision): CircuitOpenError | CallRefusedError;
}
