import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { BreakerLane } from "../breaker/breaker-lane.ts";
import type { Decision, ToolCall } from "../vocabulary/call.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import { AskedCalls } from "./asked-calls.ts";
import { Handoffs } from "./handoffs.ts";
import { pause, releaseAll, releaseUnmade, settleFailed } from "./leftovers.ts";
import { sharedAdvice, tellMisplaced, type Misplacement } from "./misplaced.ts";
import { recordOf, type GuardRecord } from "./record.ts";
import { RunLatch } from "./run-latch.ts";
import type { ParentRun, RunOptions, RunOwner, SharedByRuns } from "./run-owner.ts";
import { RunThread } from "./run-thread.ts";

/** One root run under guard: everything below one `invoke`, one `generateText`, one `run()`. */
export class Run {
  readonly id: string;
  /** The calls that wait for their outcome. */
  readonly asked: AskedCalls = new AskedCalls();
  readonly handoffs: Handoffs;
  readonly seesTools: boolean;
  readonly isReported: boolean;
  /** Whether the adapter has made an answer of the trip: then the error need not reach the caller. */
  answered = false;
  /** Whether a model call of this run was ever heard of. */
  hearsModels = false;
  readonly thread: RunThread;
  /** The runs of its source. */
  readonly owner: RunOwner;
  readonly #parent: ParentRun | undefined;
  readonly #mistakes = new Set<Misplacement>();
  #latch: RunLatch | undefined;
  #leave: (() => void) | undefined;
  #ended = false;
  #toolsUnderWay = 0;
  #keys = 0;
  #lastActiveAt = 0;

  constructor(owner: RunOwner, id: string, options: RunOptions) {
    this.owner = owner;
    this.thread = new RunThread(owner.threads);
    this.id = id;
    this.handoffs = options.handoffs ?? new Handoffs();
    this.seesTools = options.seesTools ?? true;
    this.isReported = options.isReported ?? true;
    this.#parent = options.parent;
    // Only what a registry makes can go on from a record; anything else has begun before.
    if (!owner.makesBreakers || this.#parent !== undefined) this.#begin();
  }

  /** The breaker of the run, made when it is first asked for anything. */
  get breaker(): Breaker {
    return this.#latched.breaker;
  }

  /** A key for a call to which the framework gives none. */
  newKey(): string {
    this.#keys += 1;
    return `${this.id}#${this.#keys}`;
  }

  /** The error that stops the run, as long as the circuit has not been closed since. */
  get stop(): CircuitOpenError | undefined {
    return this.#latched.stop;
  }

  /** Whether nothing of the run will start any more. */
  get isStopped(): boolean {
    return this.#latched.isStopped;
  }

  /** Whether it has a breaker of its own, which ends with it. */
  get ownsBreaker(): boolean {
    return this.owner.makesBreakers && this.#parent === undefined;
  }

  /** Whether an error says that this run was stopped, and not another one below it. */
  isStop(error: unknown): error is CircuitOpenError {
    return this.#latched.isStop(error);
  }

  /** Whether a call that was not judged yet may try out whether the loop is over. */
  get mayProbe(): boolean {
    return this.#parent?.mayProbe ?? this.#latched.mayProbe;
  }

  /** Notes the error of a decision that stops the run: the framework may swallow it on its way. */
  stopBy(lane: BreakerLane, decision: Decision): CircuitOpenError {
    this.answered = false;
    return this.#latched.stopBy(lane, decision);
  }

  /** What is said to calls of the run before the breaker is asked; `undefined` where it is to be asked. */
  denial(lane: BreakerLane): Decision | undefined {
    this.#lastActiveAt = insideOf(this.breaker).settings.clock();
    return this.#latched.denial(lane);
  }

  /** The user has asked for something new where the framework reports no runs: that is a run of its own. */
  beginTurn(): void {
    if (this.isReported || this.#toolsUnderWay > 0) return;
    this.#latched.renew();
  }

  /** A wrapped tool begins. Returns what tells its end. */
  beginTool(): () => void {
    this.#toolsUnderWay += 1;
    return () => void (this.#toolsUnderWay -= 1);
  }

  /** Whether a wrapped tool is running: who asks a model now is most likely an agent inside it. */
  get isToolUnderWay(): boolean {
    return this.#toolsUnderWay > 0 || (this.#parent?.isToolUnderWay ?? false);
  }

  /** Runs `body` so that runs which begin inside it are children of this one. */
  within<T>(body: () => T): T {
    return this.owner.within({ run: this }, body);
  }

  /**
   * Makes the one model call that may follow a trip, and gives what it gives. `undefined` where this trip has had it, or
   * where it fails; an abort is thrown. What else of the run asks meanwhile is refused.
   */
  async lastAnswer<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
    const { answered } = this;
    try {
      return await this.#latched.lastAnswer((lastAnswer) =>
        this.owner.within({ run: this, lastAnswer }, ask),
      );
    } catch (error) {
      if (signal?.aborted === true) throw error;
      return undefined;
    } finally {
      this.answered = answered; // what the last answer asks for is refused, and that is no new trip
    }
  }

  /** A human lets a stopped run go on. */
  approve(): void {
    this.#latched.approve();
    this.answered = false;
  }

  /** The questions whose answers were said over the breaker: a node that is resumed reads them again. */
  get approved(): Set<string> {
    return this.#shared.approved;
  }

  get #shared(): SharedByRuns {
    return this.owner.sharedBy(this.breaker);
  }

  /** Tells, once a run, that guard is misplaced: as an event and, once a process, on the console. */
  misplaced(type: Misplacement, agent: string, advice: string): void {
    if (this.#mistakes.has(type)) return;
    this.#mistakes.add(type);
    tellMisplaced(this.breaker, type, agent, advice);
  }

  /** Tells of an agent that works without a model that guard hears. */
  works(agent: string, advice: string): void {
    if (!this.hearsModels) this.misplaced("unguarded", agent, advice);
  }

  /** Whether an earlier run has asked for calls that may start in this one. */
  get hasResumed(): boolean {
    return this.thread.from?.open !== undefined || this.#shared.paused.size > 0;
  }

  /** The answer of an earlier run that asked for this call, if it has not started there. */
  askedBefore(call: ToolCall): string | undefined {
    return this.hasResumed ? this.thread.askedBefore(call, this.#shared.paused) : undefined;
  }

  /** What the state of the thread is to keep of this run. */
  record(): GuardRecord {
    return recordOf(this.breaker, this.asked.open(), this.approved);
  }

  /** The same where a checkpointer keeps it: then later runs of the thread in this process know it, too. */
  keep(): GuardRecord | undefined {
    if (!this.thread.isKept) return undefined;
    const record = this.record();
    this.thread.keep(record);
    return record;
  }

  /**
   * Whether the run has ended, or nothing has been heard of it for `idleRunMs` and none of its calls is open. What
   * a stopped run has asked for never starts.
   */
  isOver(): boolean {
    if (this.#latch === undefined) return this.#ended;
    const { clock, idleRunMs } = insideOf(this.breaker).settings;
    const isDone = this.asked.isEmpty || this.stop !== undefined;
    return isDone && clock() - this.#lastActiveAt >= idleRunMs;
  }

  /**
   * The run has ended. What is left of it keeps its latch and its money: late calls go on from there.
   *
   * @param hasFailed whether it ended in an error: then the calls that have not started never will
   * @returns the error that has stopped it and that no adapter has made an answer of
   */
  async end(hasFailed = false): Promise<CircuitOpenError | undefined> {
    const stop = this.#latch?.stop;
    if (this.#latch !== undefined) await this.#close(hasFailed || stop !== undefined);
    this.#ended = true;
    this.owner.ended(this.id);
    return this.answered ? undefined : stop;
  }

  async #close(isStopped: boolean): Promise<void> {
    await settleFailed(this.asked);
    if (this.ownsBreaker || isStopped) await releaseAll(this.asked);
    else await pause(this.asked, this.#shared.paused);
    if (this.#ended) return;
    this.#latched.end();
    this.keep();
    this.#leave?.();
    if (this.ownsBreaker) insideOf(this.breaker).finish();
  }

  /** Takes in what a lane's next request tells of the calls before it. */
  async settleLeftovers(lane: BreakerLane): Promise<void> {
    await releaseUnmade(this.asked, this.#shared.paused, lane);
    await settleFailed(this.asked, lane);
  }

  /** The latch of the run, made with its breaker. */
  get #latched(): RunLatch {
    return (this.#latch ??= this.#begin());
  }

  #begin(): RunLatch {
    const breaker = this.#parent?.breaker ?? this.owner.breakerFor(this.thread.begin());
    const inside = insideOf(breaker);
    this.#lastActiveAt = inside.settings.clock();
    this.#latch = new RunLatch(breaker, this.owner, () => !this.isReported && !this.hearsModels);
    if (this.isReported && !this.ownsBreaker && this.#parent === undefined) {
      this.#leave = inside.enter(this.id);
      if (inside.isSharedByMistake) this.misplaced("shared-run", "agent", sharedAdvice);
    }
    for (const question of this.thread.from?.approved ?? []) this.approved.add(question);
    return this.#latch;
  }
}
