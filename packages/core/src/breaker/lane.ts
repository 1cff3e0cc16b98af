import type { Call, Decision, Outcome, Settlement, Token, Usage } from "../vocabulary/call.ts";
import type { CallRefusedError, CircuitOpenError } from "../vocabulary/errors.ts";

/** How a round is asked for. */
export interface AdmitOptions {
  /**
   * The id of the model answer that asks for these calls. Hooks, retries and resumes that ask about
   * the same call of the same answer find the decision that was made. Without it every `admit` is a
   * new answer.
   */
  readonly answer?: string;
}

/** How `run` reads what its function returned. */
export interface RunOptions<T> {
  /** What the call has cost. Default: nothing is booked but the tool's declared price. */
  readonly usage?: (result: T) => Usage | undefined;
}

/** What a function that runs under `run` is given. */
export interface RunContext {
  /** Aborted when the run is stopped. */
  readonly signal: AbortSignal;
}

/**
 * The breaker, speaking for one agent's line of work. Streaks, turns, refusals and what has been seen
 * belong to a lane; money and the latch belong to the breaker.
 *
 * @example
 * const lane = breaker.agent("researcher");
 * const [decision] = await lane.admit([{ kind: "tool", id: "call_1", tool: "search", args: { q } }]);
 * if (decision.verdict === "allow" || decision.verdict === "warn") {
 *   await lane.settle(decision.token, { status: "success", result: await search(q) });
 * }
 */
export interface Lane {
  readonly agent: string;

  /**
   * Tells what the user said: a turn begins, whatever the words are, and what was seen and counted before it is
   * forgotten. Call it for the agent that talks to the user: that is the first agent that the breaker hears of. For any
   * other agent the message is a prompt, and only this lane begins anew.
   */
  userMessage(text: string): void;

  /**
   * Asks for the calls of one model answer: a round, judged together. The decisions line up with the
   * calls. Never throws for a refusal.
   *
   * @throws {TypeError} for a call without a kind or a name, or with a figure that can't be: then no call of the list is
   * admitted, and nothing is held
   */
  admit<const Calls extends readonly Call[]>(
    calls: Calls,
    options?: AdmitOptions,
  ): Promise<{ [K in keyof Calls]: Decision }>;

  /** `admit` for hooks that can't wait: judged with what this process knows. */
  admitSync<const Calls extends readonly Call[]>(
    calls: Calls,
    options?: AdmitOptions,
  ): { [K in keyof Calls]: Decision };

  /**
   * Tells what came back from an admitted call. A figure of `usage` that can't be booked counts as not reported; a
   * `bad-usage` event says so.
   *
   * @throws {TypeError} for what is no token or tells no status: nothing is booked, and the call stays open
   */
  settle(token: Token, outcome: Outcome): Promise<Settlement>;

  /** `settle` for hooks that can't wait. */
  settleSync(token: Token, outcome: Outcome): Settlement;

  /**
   * Tells that an admitted call was never made: what is held for it is given back, and it does not count.
   */
  release(token: Token): Promise<Settlement>;

  /**
   * May the call still start? Its decision as it was made, or `open` where the run has been stopped
   * since. Without a decision: only the latch.
   */
  check(decision?: Decision): Decision;

  /**
   * Asks for a call, makes it and tells what came back. What `fn` throws is passed on; its abort
   * counts as `ignored`.
   *
   * @throws {CircuitOpenError} when the run is, or was, stopped: `fn` has not run
   * @throws {CallRefusedError} when this call is refused and the run goes on: `fn` has not run
   */
  run<T>(
    call: Call,
    fn: (context: RunContext) => T | PromiseLike<T>,
    options?: RunOptions<T>,
  ): Promise<T>;

  /** The error that says a decision in a framework that understands errors; not thrown here. */
  toError(decision: Decision): CircuitOpenError | CallRefusedError;
}
