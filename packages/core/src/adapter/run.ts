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

/** One guarded root run: everything below one `invoke`, one `generateText`, one `run()`. */
export class Run {
  readonly id: string;
  /** The calls that wait for their outcome. */
  readonly asked: AskedCalls = new AskedCalls();
  readonly handoffs: Handoffs;
  readonly seesTools: boolean;
  readonly isReported: boolean;
  /** Whether guard has seen a model call of this run. */
  hearsModels = false;
  /** Whether the run goes on where an earlier run was interrupted: a human has answered, or approved a call. */
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
    // Only a breaker of a registry can go on from a record; any other has begun before.
    if (!this.ownsBreaker) this.#latch = this.#begin();
  }

  /** What has stopped the run, and what may start. Made with its breaker. */
  get latch(): RunLatch {
    return (this.#latch ??= this.#begin());
  }

  /** The breaker of the run. guard makes it when it needs it first. */
  get breaker(): Breaker {
    return this.latch.breaker;
  }

  /** The name of the run's turn in its breaker. Runs that use a breaker at the same time have turns of their own. */
  get root(): string {
    return (this.#root ??= this.#parent?.root ?? this.#ownRoot);
  }

  get #ownRoot(): string {
    if (this.ownsBreaker || !this.isReported) return "";
    const { settings, isSharedByMistake } = insideOf(this.breaker);
    return settings.shared || isSharedByMistake ? (this.thread.id ?? this.id) : "";
  }

  /**
   * The run asks for something. Returns whether it is the first time: that begins a turn, unless the run goes on with a
   * turn without a final answer.
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

  /** A new key for a call that has no id of its framework. */
  newKey(): string {
    return `${this.id}#${(this.#keys += 1)}`;
  }

  /** The error that has stopped the run. `undefined` if the circuit was closed since. */
  get stop(): CircuitOpenError | undefined {
    return this.latch.stop;
  }

  /** Whether the run has a breaker of its own, which ends with the run. */
  get ownsBreaker(): boolean {
    return isRegistry(this.owner.source) && this.#parent === undefined;
  }

  /** The user has asked for something new, and the framework reports no runs: this begins a run of its own. */
  beginTurn(): void {
    if (this.isReported || this.#toolsUnderWay > 0) return;
    this.latch.renew();
  }

  /** A wrapped tool begins. Returns a function to call when it ends. */
  beginTool(): () => void {
    this.#toolsUnderWay += 1;
    return () => void (this.#toolsUnderWay -= 1);
  }

  /** Whether a wrapped tool is running: an agent that asks a model now probably runs inside it. */
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

  /** Reports an agent that asks its model again before an answer: without reported runs, two runs share it. */
  noteOverlap(agent: string): void {
    if (this.isReported || this.isToolUnderWay) return;
    const { shared } = insideOf(this.breaker).settings;
    if (!shared) this.misplaced("shared-run", agent, sharedAdvice);
  }

  /** Reports that guard is in the wrong place: once a run as an event, once a process on the console. */
  misplaced(type: Misplacement, agent: string, advice: string): void {
    if (this.#mistakes.has(type)) return;
    this.#mistakes.add(type);
    tellMisplaced(this.breaker, type, agent, advice);
  }

  /** Reports an agent whose model guard does not see. */
  works(agent: string, advice: string): void {
    if (!this.hearsModels) this.misplaced("unguarded", agent, advice);
  }

  /** Whether calls of an earlier run may start in this run. */
  get hasResumed(): boolean {
    return this.thread.from?.open !== undefined || sharedBy(this.breaker).paused.size > 0;
  }

  /** The answer of an earlier run that asked for this call, if the call did not start there and starts here. */
  resume({ id, tool, args }: ToolCall): string | undefined {
    if (!this.hasResumed || id === undefined) return undefined;
    const key = openKey(id, tool, args);
    const { paused } = sharedBy(this.breaker);
    const answer = this.thread.from?.open?.[key] ?? paused.get(key)?.answer;
    paused.delete(key);
    return answer;
  }

  /** What the thread's state should keep of this run. */
  record(): GuardRecord {
    return recordOf(this.breaker, this.asked.open(), sharedBy(this.breaker).approved);
  }

  /** The same, if a checkpointer keeps it: then later runs of the thread in this process know it, too. */
  keep(): GuardRecord | undefined {
    if (!this.thread.isKept) return undefined;
    const record = this.record();
    this.thread.keep(record);
    return record;
  }

  /** Whether the run has ended, or has paused for `idleRunMs` without an open call. */
  isOver(): boolean {
    if (this.#latch === undefined) return this.#ended;
    const { clock, idleRunMs } = insideOf(this.breaker).settings;
    const isDone = this.asked.isEmpty || this.stop !== undefined;
    const isIdle = (usedAt: number) => clock() - usedAt >= idleRunMs;
    return isDone && [this.#beganAt, ...insideOf(this.breaker).lanesUsedAt].every(isIdle);
  }

  /**
   * The run has ended. Late calls still meet its trip, and guard still books them.
   *
   * @param hasFailed whether the run ended in an error: then calls that have not started never start
   * @returns the error that stopped the run, if no adapter has turned it into an answer
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

  /** Settles calls as a lane's next request shows them. */
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
