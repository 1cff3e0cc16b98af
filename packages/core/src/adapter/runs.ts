import { LiveMap } from "../collections/live-map.ts";
import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { AsyncContext } from "../ports/async-context.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import { twiceAdvice } from "./misplaced.ts";
import { GuardedRun } from "./guarded-run.ts";
import { Run } from "./run.ts";
import type { RunOptions, RunOwner, SharedByRuns, Within } from "./run-owner.ts";
import { breakerIn, checkSource, isRegistry, type BreakerSource } from "./source.ts";
import { Threads } from "./threads.ts";

/** What an adapter can do. */
export interface RunsOptions {
  /** The answers to a trip that it can give, beside `throw`. */
  readonly exits?: readonly OnTrip[] | undefined;
}

const ofSource = new WeakMap<BreakerSource, Runs>();
const ofBreaker = new WeakMap<Breaker, SharedByRuns>();

/** The sources that guard each root run, by the framework's id of the run. */
const guarding = new Map<string, Runs>();

/**
 * All runs of one source: the same object for every handler, middleware, model and tool that is given this source.
 * What adapters can do about a trip adds up.
 *
 * @throws {OptionsError} for what is no source
 *
 * @example
 * const run = runsOf(registry, { exits: ["finish"] }).run(rootId);
 */
export function runsOf(source: BreakerSource, { exits = [] }: RunsOptions = {}): Runs {
  checkSource(source);
  const runs = ofSource.get(source) ?? new Runs(source);
  ofSource.set(source, runs);
  for (const exit of exits) runs.exits.add(exit);
  return runs;
}

/** The runs of one source. Made by {@link runsOf}. */
export class Runs implements RunOwner {
  readonly source: BreakerSource;
  readonly exits: Set<OnTrip> = new Set(["throw"]);
  /** The threads that the runs of a registry belong to; anything else goes on without a record. */
  readonly threads: Threads | undefined;
  readonly #runs = new LiveMap<GuardedRun>();
  readonly #own = new Map<unknown, unknown>();
  #context: AsyncContext | undefined;

  constructor(source: BreakerSource) {
    this.source = source;
    this.threads = isRegistry(source) ? new Threads() : undefined;
  }

  /** Whether each run has a breaker of its own, which ends with it. */
  get makesBreakers(): boolean {
    return isRegistry(this.source);
  }

  /** How its runs answer a trip, as far as that is known before a run. */
  get onTrip(): OnTrip | undefined {
    return typeof this.source === "function" ? undefined : this.source.onTrip;
  }

  /** The root run with that id, begun at its first mention. Of one that has ended, what is left. */
  run(id: string, options: RunOptions = {}): GuardedRun {
    const known = this.#runs.get(id);
    if (known !== undefined) return known;
    this.#runs.sweep((one) => {
      if (!one.isOver()) return false;
      void one.end();
      return true;
    });
    const run = new GuardedRun(this, id, { ...options, parent: options.parent ?? this.#current() });
    this.#runs.begin(id, run);
    if (run.isReported) this.#watch(run);
    return run;
  }

  /** What an adapter keeps for all its handlers, middlewares and models over this source: made once. */
  own<T>(Kind: new (runs: Runs) => T): T {
    const known = (this.#own.get(Kind) as T | undefined) ?? new Kind(this);
    this.#own.set(Kind, known);
    return known;
  }

  /** A run has ended. */
  ended(id: string): void {
    this.#runs.end(id);
    if (guarding.get(id) === this) guarding.delete(id);
  }

  /**
   * The breaker of a run that begins.
   *
   * @throws {OptionsError} when its `onTrip` is something that no adapter of this source can do
   * @throws {SnapshotError} when `restore` can't be restored
   */
  breakerFor(restore: Snapshot | undefined): Breaker {
    const { source, exits } = this;
    const breaker = isRegistry(source) ? source.breaker({ restore }) : breakerIn(source);
    this.#context = insideOf(breaker).settings.context;
    const { onTrip } = breaker;
    if (exits.has(onTrip)) return breaker;
    throw new OptionsError([
      `onTrip: expected one of ${[...exits].join(", ")} in this framework, received "${onTrip}"`,
    ]);
  }

  /** What the runs of one breaker leave to each other. */
  sharedBy(breaker: Breaker): SharedByRuns {
    const shared = ofBreaker.get(breaker) ?? {
      paused: new Map(),
      approved: new Set(),
    };
    ofBreaker.set(breaker, shared);
    return shared;
  }

  /** Runs `body` within a run, where there is an async context. */
  within<T>(what: Within, body: () => T): T {
    return this.#context === undefined ? body() : this.#context.run(what, body);
  }

  /** Whether this is called within the one granted call; without an async context nothing else is known. */
  isWithin(lastAnswer: object): boolean {
    const store = this.#context?.getStore() as Within | undefined;
    return this.#context === undefined || store?.lastAnswer === lastAnswer;
  }

  /** The run in whose async context this is called, if it has the same source. */
  #current(): Run | undefined {
    const run = (this.#context?.getStore() as Within | undefined)?.run;
    return run instanceof Run && run.owner === this ? run : undefined;
  }

  /** Tells where two sources guard one run: each call counts in both, and neither sees what the other refuses. */
  #watch(run: Run): void {
    const other = guarding.get(run.id);
    if (other === undefined) guarding.set(run.id, this);
    else if (other !== this) run.misplaced("guarded-twice", "agent", twiceAdvice);
  }
}
