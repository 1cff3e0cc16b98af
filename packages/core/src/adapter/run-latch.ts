import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { BreakerLane } from "../breaker/breaker-lane.ts";
import type { Decision } from "../vocabulary/call.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import type { RunOwner } from "./run-owner.ts";

/**
 * What has stopped a run, beyond the latch of its breaker: a run that was stopped stays so, although the break is
 * over or a framework has swallowed the error. What began before a trip never probes after it.
 */
export class RunLatch {
  readonly breaker: Breaker;
  readonly #owner: RunOwner;
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
  constructor(breaker: Breaker, owner: RunOwner, isToolsAlone: () => boolean) {
    this.breaker = breaker;
    this.#owner = owner;
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

  isStop(error: unknown): boolean {
    return this.stop !== undefined && this.#stops.has(error as object);
  }

  get mayProbe(): boolean {
    return this.#isToolsAlone() || insideOf(this.breaker).trips === this.#trips;
  }

  stopBy(lane: BreakerLane, decision: Decision): CircuitOpenError {
    const error = lane.toError(decision) as CircuitOpenError;
    this.#stopped = error;
    this.#stops.add(error);
    this.#isApproved = false;
    return error;
  }

  /** What is said before the breaker is asked: where it would not refuse by itself, or beside the last answer. */
  denial(lane: BreakerLane): Decision | undefined {
    const { stop } = this;
    if (stop === undefined) return undefined;
    const isBesideLastAnswer =
      this.#lastAnswer !== undefined && !this.#owner.isWithin(this.#lastAnswer);
    const { token, ...now } = lane.check();
    if (!isBesideLastAnswer && now.verdict === "open") return undefined;
    const refused = { ...token, refused: true } as const;
    return { ...now, verdict: "open", findings: [stop.finding], token: refused };
  }

  /** What begins now is a run of its own. */
  renew(): void {
    this.#trips = insideOf(this.breaker).trips;
    this.#stopped = undefined;
  }

  /** A human lets the run go on. */
  approve(): void {
    this.#isApproved = true;
    this.#stopped = undefined;
  }

  /** The run has ended: what has stopped it holds for what comes late. */
  end(): void {
    this.#hasEnded = true;
  }

  /** Lets `ask` make the one call that may follow a trip; `undefined` where this trip has had it. */
  async lastAnswer<T>(ask: (lastAnswer: object) => Promise<T>): Promise<T | undefined> {
    const takeBack = insideOf(this.breaker).grantLastAnswer();
    if (takeBack === undefined) return undefined;
    const lastAnswer = {};
    this.#lastAnswer = lastAnswer;
    try {
      return await ask(lastAnswer);
    } finally {
      this.#lastAnswer = undefined;
      takeBack();
    }
  }
}
