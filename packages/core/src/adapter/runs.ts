import { LiveMap } from "../collections/live-map.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import { twiceAdvice } from "./misplaced.ts";
import { Agent } from "./agent.ts";
import { laneIn } from "../breaker/breaker.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import { Run } from "./run.ts";
import type { RunOptions, RunOwner } from "./run-options.ts";
import { Scope, scopeNow, within, type ScopeTool } from "./scope.ts";
import { checkSource, isRegistry, type BreakerSource } from "./source.ts";
import { Threads } from "./threads.ts";

/** What an adapter can do. */
export interface RunsOptions {
  /** The answers to a trip that it can give, beside `throw`. */
  readonly exits?: readonly OnTrip[] | undefined;
}

/** Runs that have ended and are found by their id again: each holds all that its breaker knows. */
const keptRuns = 500;

const ofSource = new WeakMap<BreakerSource, Runs>();

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

/**
 * The run in which this is called, of any source, and the instance. `undefined` outside of all runs, and without an
 * async context. For hooks in objects that many runs share.
 */
export function currentScope(): Scope<GuardedRun> | undefined {
  const scope = scopeNow();
  return scope?.run instanceof GuardedRun ? (scope as Scope<GuardedRun>) : undefined;
}

/** One root run under guard, with its agents. */
export class GuardedRun extends Run {
  readonly #agents = new Map<string, Map<string, Agent>>();

  /** An agent of the run; `instance` tells agents of that name apart. Always the same object. */
  agent(name = "agent", instance = ""): Agent {
    const agents = this.#agents.get(instance) ?? new Map<string, Agent>();
    this.#agents.set(instance, agents);
    const known = agents.get(name);
    if (known !== undefined) return known;
    this.handoffs.seeAgent(name);
    // The first conversation has the instance's own lane, each further one a lane beside it.
    const agent = new Agent(this, name, (number) => {
      const id = number === 1 ? instance : `${instance}~${number}`;
      return laneIn(this.breaker, name, id, this.root);
    });
    agents.set(name, agent);
    return agent;
  }

  /**
   * Runs `body` so that runs which begin inside it are children of this one, and hooks inside it find this one.
   *
   * @param tool the tool inside which `body` runs. Default: the one inside which this is called
   */
  within<T>(body: () => T, instance?: string, tool: ScopeTool | undefined = scopeNow()?.tool): T {
    return within(this.breaker, new Scope(this, { instance, tool }), body);
  }

  /** An instance has ended, with all agents that were told apart by it. */
  endInstance(instance: string): void {
    for (const { lanes } of this.#agents.get(instance)?.values() ?? []) {
      for (const lane of lanes) lane.end();
    }
    this.#agents.delete(instance);
  }

  override async end(hasFailed = false): Promise<CircuitOpenError | undefined> {
    const stop = await super.end(hasFailed);
    // What is open in them may still settle.
    for (const instance of this.#agents.keys()) this.endInstance(instance);
    return stop;
  }
}

/** The runs of one source. Made by {@link runsOf}. */
export class Runs implements RunOwner {
  readonly source: BreakerSource;
  readonly exits: Set<OnTrip> = new Set(["throw"]);
  /** The threads that the runs of a registry belong to; anything else goes on without a record. */
  readonly threads: Threads | undefined;
  readonly #runs = new LiveMap<GuardedRun>(keptRuns);
  readonly #own = new Map<unknown, unknown>();

  constructor(source: BreakerSource) {
    this.source = source;
    this.threads = isRegistry(source) ? new Threads() : undefined;
  }

  /** How its runs answer a trip, as far as that is known before a run. */
  get onTrip(): OnTrip | undefined {
    return typeof this.source === "function" ? undefined : this.source.onTrip;
  }

  /** The root run with that id, begun at its first mention. Of one that has ended, what is left. */
  run(id: string, options: RunOptions<Run> = {}): GuardedRun {
    const known = this.#runs.get(id);
    if (known !== undefined) return known;
    this.#runs.sweep((one) => {
      if (!one.isOver()) return false;
      void one.end();
      return true;
    });
    const outer = currentScope()?.run;
    const parent = options.parent ?? (outer?.owner === this ? outer : undefined);
    const run = new GuardedRun(this, id, { ...options, parent });
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

  /** Tells where two sources guard one run: each call counts in both, and neither sees what the other refuses. */
  #watch(run: Run): void {
    const other = guarding.get(run.id);
    if (other === undefined) guarding.set(run.id, this);
    else if (other !== this) run.misplaced("guarded-twice", "agent", twiceAdvice);
  }
}
