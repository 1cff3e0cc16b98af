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

/** What an adapter supports. */
export interface RunsOptions {
  /** The values of `onTrip` that the adapter supports, beside `throw`. */
  readonly exits?: readonly OnTrip[] | undefined;
}

/** How many ended runs guard still finds by their id. Each holds all that its breaker knows. */
const keptRuns = 500;

const ofSource = new WeakMap<BreakerSource, Runs>();

/** The source of each root run, by the framework's id of the run. */
const guarding = new Map<string, Runs>();

/**
 * Returns the runs of one source: the same object for every handler, middleware, model and tool with this source. The
 * exits of all adapters add up.
 *
 * @throws {OptionsError} for a wrong source
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
 * Returns the run of any source in which you call this, and the instance. `undefined` outside of all runs, and on
 * platforms without async context. For hooks in objects that many runs share.
 */
export function currentScope(): Scope<GuardedRun> | undefined {
  const scope = scopeNow();
  return scope?.run instanceof GuardedRun ? (scope as Scope<GuardedRun>) : undefined;
}

/** One guarded root run, with its agents. */
export class GuardedRun extends Run {
  readonly #agents = new Map<string, Map<string, Agent>>();

  /** Returns an agent of the run: for a name and an instance always the same object. */
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
   * Runs `body`. Runs that begin inside it are children of this run, and hooks inside it find this run.
   *
   * @param tool the tool inside which `body` runs. Default: the tool inside which you call this
   */
  within<T>(body: () => T, instance?: string, tool: ScopeTool | undefined = scopeNow()?.tool): T {
    return within(this.breaker, new Scope(this, { instance, tool }), body);
  }

  /** An instance has ended, with all its agents. */
  endInstance(instance: string): void {
    for (const { lanes } of this.#agents.get(instance)?.values() ?? []) {
      for (const lane of lanes) lane.end();
    }
    this.#agents.delete(instance);
  }

  override async end(hasFailed = false): Promise<CircuitOpenError | undefined> {
    const stop = await super.end(hasFailed);
    // Their open calls may still settle.
    for (const instance of this.#agents.keys()) this.endInstance(instance);
    return stop;
  }
}

/** The runs of one source. Made by {@link runsOf}. */
export class Runs implements RunOwner {
  readonly source: BreakerSource;
  readonly exits: Set<OnTrip> = new Set(["throw"]);
  /** The threads of a registry's runs. Other sources keep no records. */
  readonly threads: Threads | undefined;
  readonly #runs = new LiveMap<GuardedRun>(keptRuns);
  readonly #own = new Map<unknown, unknown>();

  constructor(source: BreakerSource) {
    this.source = source;
    this.threads = isRegistry(source) ? new Threads() : undefined;
  }

  /** The option `onTrip`. `undefined` where only a run tells it. */
  get onTrip(): OnTrip | undefined {
    return typeof this.source === "function" ? undefined : this.source.onTrip;
  }

  /** Returns the root run with that id, and begins it at the first call. A run that has ended still meets its trip. */
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

  /** Returns what an adapter keeps for all its handlers, middlewares and models of this source. It is made once. */
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

  /** Reports that two sources guard one run: each call counts in both, and neither sees what the other refuses. */
  #watch(run: Run): void {
    const other = guarding.get(run.id);
    if (other === undefined) guarding.set(run.id, this);
    else if (other !== this) run.misplaced("guarded-twice", "agent", twiceAdvice);
  }
}
