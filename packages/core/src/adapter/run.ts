import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { BreakerLane } from "../breaker/breaker-lane.ts";
import type { ToolCall } from "../vocabulary/call.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import { AskedCalls, openKey } from "./asked-calls.ts";
import { Handoffs } from "./handoffs.ts";
import type { Said, ShownMessage } from "./asking.ts";
import { pause, releaseAll, releaseUnmade, settleFailed, sharedBy } from "./leftovers.ts";
import { sharedAdvice, tellMisplaced, type Misplacement } from "./misplaced.ts";
import { recordOf, type GuardRecord } from "./record.ts";
import type { RunOptions, RunOwner } from "./run-options.ts";
import { RunLatch } from "./run-latch.ts";
import { RunThread } from "./run-thread.ts";
import { Scope, within } from "./scope.ts";
import { breakerFor, isRegistry } from "./source.ts";

/** One root run under guard: everything below one `invoke`, one `generateText`, one `run()`. */
export class Run {
  readonly id: string;
  /** The calls that wait for their outcome. */
  readonly asked: AskedCalls = new AskedCalls();
  readonly handoffs: Handoffs;
  readonly seesTools: boolean;
  readonly isReported: boolean;
  /** Whether a model call of this run was ever heard of. */
  hearsModels = false;
  /** Whether it goes on where an earlier run was interrupted: a human has answered, a call was approved. */
  isResumed = false;
  readonly thread: RunThread;
  /** The runs of its source. */
  readonly owner: RunOwner;
  /** How many runs are around it. */
  readonly depth: number;
  readonly #parent: Run | undefined;
  readonly #mistakes = new Set<Misplacement>();
  #latch: RunLatch | undefined;
  #leave: (() => void) | undefined;
  #ended = false;
  #beganAt = 0;
  #toolsUnderWay = 0;
  #keys = 0;
  #hasBegun = false;
  #root: string | undefined;

  constructor(owner: RunOwner, id: string, options: RunOptions<Run>) {
    this.owner = owner;
    this.thread = new RunThread(owner.threads);
    this.id = id;
    this.handoffs = options.handoffs ?? options.parent?.handoffs ?? new Handoffs();
    this.seesTools = options.seesTools ?? true;
    this.isReported = options.isReported ?? true;
    this.#parent = options.parent;
    this.depth = options.parent === undefined ? 0 : options.parent.depth + 1;
    // Only what a registry makes can go on from a record; anything else has begun before.
    if (!this.ownsBreaker) this.#latch = this.#begin();
  }

  /** What has stopped the run, and what may start. Made with its breaker. */
  get latch(): RunLatch {
    return (this.#latch ??= this.#begin());
  }

  /** The breaker of the run, made when it is first asked for anything. */
  get breaker(): Breaker {
    return this.latch.breaker;
  }

  /**
   * Under which name its breaker keeps its turn. Runs that use a breaker one after the other go on with each other; those
   * that share it at once have turns of their own.
   */
  get root(): string {
    return (this.#root ??= this.#parent?.root ?? this.#ownRoot);
  }

  get #ownRoot(): string {
    if (this.ownsBreaker || !this.isReported) return "";
    const { settings, isSharedByMistake } = insideOf(this.breaker);
    return settings.shared || isSharedByMistake ? (this.thread.id ?? this.id) : "";
  }

  /**
   * Something is asked for; returns whether for the first time. That begins a turn, unless the run goes on with one that
   * has got no final answer: its first request ends in results, say.
   */
  beginsTurn(tail: ShownMessage["role"] | undefined, said?: () => Said): boolean {
    if (this.#hasBegun || this.#parent !== undefined) return false;
    this.#hasBegun = true;
    const goesOn = tail === "result" || this.isResumed || this.thread.isRewound;
    if (!this.isReported && !this.ownsBreaker) return true;
    const { turns, recording } = insideOf(this.breaker);
    const { agent, text } = said?.() ?? { agent: "", text: "" };
    if (turns.begin(this.root, goesOn, text) && said) recording?.userMessage(agent, text);
    return true;
  }

  /** A key for a call to which the framework gives none. */
  newKey(): string {
    return `${this.id}#${(this.#keys += 1)}`;
  }

  /** The error that stops the run, as long as the circuit has not been closed since. */
  get stop(): CircuitOpenError | undefined {
    return this.latch.stop;
  }

  /** Whether it has a breaker of its own, which ends with it. */
  get ownsBreaker(): boolean {
    return isRegistry(this.owner.source) && this.#parent === undefined;
  }

  /** The user has asked for something new where the framework reports no runs: that is a run of its own. */
  beginTurn(): void {
    if (this.isReported || this.#toolsUnderWay > 0) return;
    this.latch.renew();
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

  /** Makes the one model call that may follow a trip: see {@link RunLatch.lastAnswer}. */
  lastAnswer<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
    const { breaker, latch } = this;
    return latch.lastAnswer(
      (lastAnswer) => within(breaker, new Scope(this, { lastAnswer }), ask),
      signal,
    );
  }

  /** Tells of an agent that asks its model while that answers: where nothing reports runs, it is the agent of two. */
  noteOverlap(agent: string): void {
    if (this.isReported || this.isToolUnderWay) return;
    const { shared } = insideOf(this.breaker).settings;
    if (!shared) this.misplaced("shared-run", agent, sharedAdvice);
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
    return this.thread.from?.open !== undefined || sharedBy(this.breaker).paused.size > 0;
  }

  /** The answer of an earlier run that asked for this call, where it has not started there and does so here. */
  resume({ id, tool, args }: ToolCall): string | undefined {
    if (!this.hasResumed || id === undefined) return undefined;
    const key = openKey(id, tool, args);
    const { paused } = sharedBy(this.breaker);
    const answer = this.thread.from?.open?.[key] ?? paused.get(key)?.answer;
    paused.delete(key);
    return answer;
  }

  /** What the state of the thread is to keep of this run. */
  record(): GuardRecord {
    return recordOf(this.breaker, this.asked.open(), sharedBy(this.breaker).approved);
  }

  /** The same where a checkpointer keeps it: then later runs of the thread in this process know it, too. */
  keep(): GuardRecord | undefined {
    if (!this.thread.isKept) return undefined;
    const record = this.record();
    this.thread.keep(record);
    return record;
  }

  /** Whether it has ended, or was silent for `idleRunMs` without an open call. A stopped run's calls never start. */
  isOver(): boolean {
    if (this.#latch === undefined) return this.#ended;
    const { clock, idleRunMs } = insideOf(this.breaker).settings;
    const isDone = this.asked.isEmpty || this.stop !== undefined;
    const isIdle = (usedAt: number) => clock() - usedAt >= idleRunMs;
    return isDone && [this.#beganAt, ...insideOf(this.breaker).lanesUsedAt].every(isIdle);
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
    return this.#latch?.answered === true ? undefined : stop;
  }

  async #close(isStopped: boolean): Promise<void> {
    await settleFailed(this.asked);
    if (this.ownsBreaker || isStopped) await releaseAll(this.asked);
    else await pause(this.asked, sharedBy(this.breaker).paused);
    if (this.#ended) return;
    this.#ended = true;
    this.latch.end();
    this.keep();
    this.thread.keepTurn(insideOf(this.breaker).turns.left(this.root));
    this.#leave?.();
    if (this.ownsBreaker) insideOf(this.breaker).finish();
  }

  /** Takes in what a lane's next request tells of the calls before it. */
  async settleLeftovers(lane: BreakerLane): Promise<void> {
    await releaseUnmade(this.asked, sharedBy(this.breaker).paused, lane);
    await settleFailed(this.asked, lane);
  }

  #begin(): RunLatch {
    const { source, exits } = this.owner;
    const breaker = this.#parent?.breaker ?? breakerFor(source, exits, this.thread.begin());
    for (const question of this.thread.from?.approved ?? []) {
      sharedBy(breaker).approved.add(question);
    }
    const inside = insideOf(breaker);
    for (const error of this.thread.faults.splice(0)) {
      inside.tell({ type: "port-error", port: "checkpointer", error });
    }
    this.thread.check();
    this.#beganAt = inside.settings.clock();
    if (this.ownsBreaker) inside.circuit.leaveStop();
    const { carried, isRewound } = this.thread;
    if (carried !== undefined && this.ownsBreaker) inside.turns.take(this.root, carried, isRewound);
    if (this.isReported && !this.ownsBreaker && this.#parent === undefined) {
      this.#leave = inside.enter(this.id);
      if (inside.isSharedByMistake) tellMisplaced(breaker, "shared-run", "agent", sharedAdvice);
    }
    const isToolsAlone = () => !this.isReported && !this.hearsModels;
    return new RunLatch(breaker, this.#parent?.latch, isToolsAlone);
  }
}
