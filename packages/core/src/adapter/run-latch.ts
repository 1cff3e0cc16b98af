import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { BreakerLane } from "../breaker/breaker-lane.ts";
import type { Decision } from "../vocabulary/call.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import { scopeNow } from "./scope.ts";

/**
 * What has stopped a run, beyond the latch of its breaker: a run that was stopped stays so, although the break is
 * over or a framework has swallowed the error. What began before a trip never probes after it.
 */
export class RunLatch {
  readonly breaker: Breaker;
  /** Whether the adapter has made an answer of the trip: then the error need not reach the caller. */
  answered = false;
  readonly #parent: RunLatch | undefined;
  readonly #isToolsAlone: () => boolean;
  /** How often the breaker had tripped when the run, or its turn, began. */
  #trips: number;
  #stopped: CircuitOpenError | undefined;
  /** Every error that has said so: agents that ask at once are each told by one of their own. */
  readonly #stops = new WeakSet<object>();
  #isApproved = false;
  #hasEnded = false;
  /** While the one granted call is made. */
  #lastAnswer: object | undefined;

  /**
   * @param isToolsAlone whether the run is of tools alone, and nothing tells where it ends: then what is asked after
   *   the break may probe, as in core
   */
  constructor(breaker: Breaker, parent: RunLatch | undefined, isToolsAlone: () => boolean) {
    this.breaker = breaker;
    this.#parent = parent;
    this.#isToolsAlone = isToolsAlone;
    this.#trips = insideOf(breaker).trips;
  }

  /**
   * The error that stops the run, as long as the circuit has not been closed since. That a break is over says
   * nothing about this run: the next one may probe.
   */
  get stop(): CircuitOpenError | undefined {
    const { state } = this.breaker;
    const isClosed = state === "closed" || state === "forced-closed";
    const isForgiven = isClosed || (state === "half-open" && this.#isToolsAlone());
    return isForgiven && !this.#hasEnded ? undefined : this.#stopped;
  }

  /** Whether nothing of the run will start any more. */
  get isStopped(): boolean {
    if (this.#isApproved) return false;
    if (this.stop !== undefined) return true;
    const { state } = this.breaker;
    const isOpen = state === "open" || state === "forced-open";
    return isOpen && this.breaker.agent().check().verdict === "open"; // only watching, nothing is stopped
  }

  /** Whether an error says that this run was stopped, and not another one below it. */
  isStop(error: unknown): error is CircuitOpenError {
    return this.stop !== undefined && this.#stops.has(error as object);
  }

  /** Whether a call that was not judged yet may try out whether the loop is over. */
  get mayProbe(): boolean {
    if (this.#parent !== undefined) return this.#parent.mayProbe;
    return this.#isToolsAlone() || insideOf(this.breaker).trips === this.#trips;
  }

  /** Notes the error of a decision that stops the run: the framework may swallow it on its way. */
  stopBy(lane: BreakerLane, decision: Decision): CircuitOpenError {
    const error = lane.toError(decision) as CircuitOpenError;
    this.#stopped = error;
    this.#stops.add(error);
    this.#isApproved = false;
    this.answered = false;
    return error;
  }

  /** What is said before the breaker is asked: where it would not refuse by itself, or beside the last answer. */
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

  /** What begins now is a run of its own. */
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

  /** The run has ended: what has stopped it holds for what comes late. */
  end(): void {
    this.#hasEnded = true;
  }

  /**
   * Lets `ask` make the one model call that may follow a trip, and gives what it gives. `undefined` where this trip has had
   * it, or where it fails; an abort is thrown. Meanwhile the run refuses all other calls.
   */
  async lastAnswer<T>(
    ask: (lastAnswer: object) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
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
