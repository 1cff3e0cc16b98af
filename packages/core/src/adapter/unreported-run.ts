import type { Agent } from "./agent.ts";
import { currentScope, runsOf, type GuardedRun, type Runs, type RunsOptions } from "./runs.ts";
import { breakerIn, isRegistry, type BreakerSource } from "./source.ts";

let runsBegun = 0;

/**
 * The run of a client or a function that no framework runs. Calls inside a run of the same source or breaker, in any
 * framework, belong to that run. Other calls belong to the source's breaker; with a registry, to a run of this object's
 * own.
 *
 * A pause of `idleRunMs` without an open call ends such a run. With a registry, the next call begins a new run; with a
 * breaker, a new turn, and the money stays spent.
 *
 * @example
 * const run = new UnreportedRun(registry);
 * runTool(run.agent("researcher"), call, () => body(args));
 */
export class UnreportedRun {
  readonly #runs: Runs;
  #own: GuardedRun | undefined;

  /** @throws {OptionsError} for a wrong source */
  constructor(source: BreakerSource, options?: RunsOptions) {
    this.#runs = runsOf(source, options);
  }

  /**
   * The agent that calls now.
   *
   * @throws {OptionsError} for an `onTrip` that no adapter of the source supports, and for a function that returns no
   *   breaker
   */
  agent(name?: string): Agent {
    const { source } = this.#runs;
    const scope = currentScope();
    if (scope?.run.owner === this.#runs) return scope.run.agent(name, scope.instance);
    if (isRegistry(source)) return this.#ownRun().agent(name);
    const breaker = breakerIn(source);
    if (scope?.run.breaker === breaker) return scope.run.agent(name, scope.instance);
    const run = this.#runs.run(breaker.id, { isReported: false });
    if (run.isOver()) {
      run.beginTurn();
      breaker.agent(name).userMessage("");
    }
    return run.agent(name);
  }

  #ownRun(): GuardedRun {
    if (this.#own?.isOver() === false) return this.#own;
    void this.#own?.end();
    this.#own = this.#runs.run(`unreported-${(runsBegun += 1)}`, { isReported: false });
    return this.#own;
  }
}
