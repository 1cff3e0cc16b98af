import {
  breakerIn,
  currentScope,
  endWith,
  isRegistry,
  runsOf,
  type Agent,
  type BreakerSource,
  type GuardedRun,
  type Scope,
} from "@guard/core/adapter";
import { isAsyncFunction, neverAtOnce } from "./async-function.ts";
import { heardResult, isStream } from "./heard-result.ts";
import { insideRun, placeOf, type Place } from "./inside-run.ts";

const exits = ["finish", "wind-down", "ask"] as const;

/** Finds the run of a call: the run that is under way here, or a run that begins. */
export class CallRuns {
  /** The names of the tools that guard has wrapped. */
  readonly guardedTools: Set<string> = new Set();
  /** The names of the tools that guard was given and that run elsewhere, in a browser for instance. */
  readonly clientTools: Set<string> = new Set();
  /** Whether this guard was given something that another guard had made. */
  isGuardedTwice = false;
  readonly #source: BreakerSource;
  readonly #name: string | undefined;
  /** Runs of a registry that end with their last answer: no promise tells when. */
  readonly #untold = new WeakSet<GuardedRun>();
  /** The latest of these runs, until a model or a tool is called in it. */
  #free: GuardedRun | undefined;

  constructor(source: BreakerSource, name: string | undefined) {
    this.#source = source;
    this.#name = name;
  }

  /** Whether a stopped run may ask a human. With a function as the source, every run may. */
  get mayAsk(): boolean {
    return typeof this.#source === "function" || this.#source.onTrip === "ask";
  }

  /** The agent that calls a model or a tool now. */
  agent(instance?: string): Agent {
    const scope = this.#scope();
    if (scope === undefined) return this.#found().agent(this.#name, instance);
    const { agent = this.#name } = placeOf(scope);
    return scope.run.agent(agent, instance ?? scope.instance);
  }

  /** Whether an agent of the run asks another agent: then the prompt is not the user's. */
  get isInner(): boolean {
    return Boolean(this.#scope()?.instance);
  }

  /** A run has its first call: the next call outside of all runs begins another run. */
  begins(run: GuardedRun): void {
    if (run === this.#free) this.#free = undefined;
  }

  /**
   * Makes a call in a run of its own. Inside a run that is under way, the call is the work of an agent of that run.
   *
   * @param isAsync whether the call returns a promise: then the promise rejects where no run can begin
   */
  run<T>(
    call: () => T,
    agent: string | undefined = this.#name,
    isAsync: boolean = isAsyncFunction(call),
  ): T {
    return neverAtOnce(isAsync, () => this.#run(call, agent));
  }

  #run<T>(call: () => T, agent: string | undefined): T {
    const scope = this.#scope();
    const source = this.#source;
    const run = scope?.run ?? (isRegistry(source) ? this.#begun(source) : this.#found());
    const place: Place = { agent };
    const made = insideRun(run, scope?.instance, place, call);
    const isRoot = scope === undefined && run.ownsBreaker;
    if (made instanceof Promise) return this.#ended(run, made, place, isRoot) as T;
    if (isRoot) this.#untold.add(run);
    return isStream(made) ? heardResult(made, place) : made;
  }

  /** The place in which the code runs; `undefined` outside of all runs. */
  get place(): Place | undefined {
    const scope = this.#scope();
    return scope && placeOf(scope);
  }

  /** The agent that talks to the user has its last answer, or an error. An error ends the run if it is the run's stop. */
  answered({ run }: Agent, error?: Error): void {
    const isLast = error === undefined || run.latch.isStop(error);
    if (isLast && this.#untold.has(run as GuardedRun)) void run.end();
  }

  /** Ends a run with its result. The run of a stream goes on: the stream has only begun. */
  async #ended(
    run: GuardedRun,
    made: Promise<unknown>,
    place: Place,
    isRoot: boolean,
  ): Promise<unknown> {
    const result = await made.catch(() => undefined);
    if (!isStream(result)) return isRoot ? endWith(run, made) : made;
    if (isRoot) this.#untold.add(run);
    return heardResult(result, place);
  }

  /** The place in a run of this source; `undefined` outside of all its runs. */
  #scope(): Scope<GuardedRun> | undefined {
    const source = this.#source;
    const scope = currentScope();
    if (scope === undefined) return undefined;
    const isOurs = isRegistry(source)
      ? scope.run.owner === runsOf(source)
      : scope.run.breaker === breakerIn(source);
    return isOurs ? scope : undefined;
  }

  /** The run of a call that is outside of `guard.run`, agents and tools. */
  #found(): GuardedRun {
    const source = this.#source;
    if (!isRegistry(source)) {
      const breaker = breakerIn(source);
      return runsOf(breaker, { exits }).run(breaker.id, { isReported: false });
    }
    this.#free ??= this.#begun(source);
    this.#untold.add(this.#free);
    return this.#free;
  }

  #begun(registry: Parameters<typeof runsOf>[0]): GuardedRun {
    return runsOf(registry, { exits }).run(crypto.randomUUID());
  }
}
