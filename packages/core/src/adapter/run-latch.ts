import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { BreakerLane } from "../breaker/breaker-lane.ts";
import type { Decision } from "../vocabulary/call.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import { scopeNow } from "./scope.ts";

/**
 * Keeps a stopped run stopped, even if the cooldown of its breaker is over or a framework has swallowed the error. A
 * run that began before a trip never probes after it.
 */
export class RunLatch {
  readonly breaker: Breaker;
  /** Whether the adapter has turned the trip into an answer: then the error need not reach the caller. */
  answered = false;
  readonly #parent: RunLatch | undefined;
  readonly #isToolsAlone: () => boolean;
  /** How often the breaker had tripped when the run, or its turn, began. */
  #trips: number;
  #stopped: CircuitOpenError | undefined;
  /** All errors of the stop: agents that ask at the same time get one each. */
  readonly #stops = new WeakSet<object>();
  #isApproved = false;
  #hasEnded = false;
  /** While the one granted call is made. */
  #lastAnswer: object | undefined;

  /**
   * @param isToolsAlone whether guard sees only tools of the run, and not its end: then a call after the cooldown may
   *   probe
   */
  constructor(breaker: Breaker, parent: RunLatch | undefined, isToolsAlone: () => boolean) {
    this.breaker = breaker;
    this.#parent = parent;
    this.#isToolsAlone = isToolsAlone;
    this.#trips = insideOf(breaker).trips;
  }

  /**
   * The error that has stopped the run. `undefined` if the circuit was closed since. The end of the cooldown changes
   * nothing for this run: the next run may probe.
   */
  get stop(): CircuitOpenError | undefined {
    const { state } = this.breaker;
    const isClosed = state === "closed" || state === "forced-closed";
    const isForgiven = isClosed || (state === "half-open" && this.#isToolsAlone());
    return isForgiven && !this.#hasEnded ? undefined : this.#stopped;
  }

  /** Whether no call of the run will start any more. */
  get isStopped(): boolean {
    if (this.#isApproved) return false;
    if (this.stop !== undefined) return true;
    const { state } = this.breaker;
    const isOpen = state === "open" || state === "forced-open";
    return isOpen && this.breaker.agent().check().verdict === "open"; // only watching, nothing is stopped
  }

  /** Whether an error stopped this run, and not a run below it. */
  isStop(error: unknown): error is CircuitOpenError {
    return this.stop !== undefined && this.#stops.has(error as object);
  }

  /** Whether a new call may probe. */
  get mayProbe(): boolean {
    if (this.#parent !== undefined) return this.#parent.mayProbe;
    return this.#isToolsAlone() || insideOf(this.breaker).trips === this.#trips;
  }

  /** Keeps the error of a decision that stops the run: the framework may swallow it. */
  stopBy(lane: BreakerLane, decision: Decision): CircuitOpenError {
    const error = lane.toError(decision) as CircuitOpenError;
    this.#stopped = error;
    this.#stops.add(error);
    this.#isApproved = false;
    this.answered = false;
    return error;
  }

  /** Refuses a call before the breaker is asked: one that the breaker would allow, or one beside the last answer. */
  denial(lane: BreakerLane): Decision | undefined {
    if (this.#stopped === undefined) return undefined;
    const { stop } = this;
    if (stop === undefined) return undefined;
    const { context } = insideOf(this.breaker).settings;
    // Without an async context nothing tells which call is the granted one.
    const isBesideLastAnswer =
      this.#lastAnswer !== undefined &&
      context !== undefined &&
      scopeNow()?.lastAnswer !== this.#lastAnswer;
    const { token, ...now } = lane.check();
    if (!isBesideLastAnswer && now.verdict === "open") return undefined;
    const refused = { ...token, refused: true } as const;
    return { ...now, verdict: "open", findings: [stop.finding], token: refused };
  }

  /** Whether the one granted call is being made. */
  get isAnswering(): boolean {
    return this.#lastAnswer !== undefined;
  }

  /** A new run begins. */
  renew(): void {
    this.#trips = insideOf(this.breaker).trips;
    this.#stopped = undefined;
    this.answered = false;
  }

  /** A human lets the run go on. */
  approve(): void {
    this.#isApproved = true;
    this.#stopped = undefined;
    this.answered = false;
  }

  /** The run has ended. Its stop holds for late calls. */
  end(): void {
    this.#hasEnded = true;
  }

  /**
   * Lets `ask` make the one model call that may follow a trip, and returns its result. Returns `undefined` if this trip
   * has had that call, or if it fails. A run that was aborted makes no such call: throws the abort. Meanwhile the run refuses all other calls.
   */
  async lastAnswer<T>(
    ask: (lastAnswer: object) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    signal?.throwIfAborted();
    const takeBack = insideOf(this.breaker).grantLastAnswer();
    if (takeBack === undefined) return undefined;
    const { answered } = this;
    const lastAnswer = {};
    this.#lastAnswer = lastAnswer;
    try {
      return await ask(lastAnswer);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      return undefined;
    } finally {
      this.#lastAnswer = undefined;
      this.answered = answered; // what the last answer asks for is refused, and that is no new trip
      takeBack();
    }
  }
}
