import { OptionsError, type BreakerSource } from "@guard/core";
import { currentScope, runsOf, type Runs } from "@guard/core/adapter";
import type { Runner } from "@openai/agents";
import { expectRuns, guardAgent, type AnyAgent } from "./agent.ts";
import { expectQuestions } from "./ask-tool.ts";
import { ownScopes } from "./asking.ts";
import { check } from "./check-argument.ts";
import { isAgent, isModel } from "./sdk-objects.ts";
import { firstOf, guardedRun, type Run } from "./guarded-run.ts";
import { guardModel, guardModelProvider } from "./model.ts";

/** The SDK's class `Runner`, or a class of yours that extends it. */
export interface RunnerClass {
  new (...args: never): Runner;
  readonly prototype: Runner;
}

/** What guards all runners of a class. A class without it lets guard find agents inside guarded runs. */
interface ClassGuard {
  runs?: Runs;
}

/** By prototype. */
const classes = new WeakMap<object, ClassGuard>();
/** What guards one runner alone. */
const single = new WeakMap<Runner, Runs>();
/** What guards one runner, or a class of yours, that has not run yet. */
let unused: Runs | undefined;

const notThisRunner =
  "run(agent, input) of the SDK uses a runner of its own, which guard does not guard here. Call run of the runner that you " +
  "have guarded, or guard all runners: guardRunner(Runner, registry).";

/**
 * Guards all runs of the OpenAI Agents SDK, or those of one runner. Write this line once, before the first run.
 *
 * - `guardRunner(Runner, registry)` guards every runner of the process, also the one that the SDK's `run(agent, input)`
 *   uses. A second call with another registry takes the place of the first.
 * - `guardRunner(new Runner(), registry)` guards one runner. Its `run` is bound to it.
 *
 * Each run has a breaker of its own. guard finds all agents, models, tools, MCP servers and hand-offs of a run, also
 * agents behind `asTool()`. A stopped run rejects with an error in which `findCircuitOpen` finds the trip.
 *
 * @param runner the class `Runner`, or one runner
 * @param source a registry gives each run a breaker of its own; a breaker is for runs that share one budget
 * @returns what it is given
 * @throws {OptionsError} for a wrong argument, for a runner that another registry guards already, and, by `run`, for
 * `onTrip: "route"`, for which the SDK has no place
 *
 * @example
 * guardRunner(Runner, createRegistry({ budget: { modelCalls: 40 } }));
 * const { finalOutput } = await run(agent, "Find the port.");
 */
export function guardRunner<R extends Runner | RunnerClass>(runner: R, source: BreakerSource): R {
  check("runner", runner);
  const runs = runsOf(source, { exits: ["finish", "wind-down", "ask"] });
  expectRuns();
  expectQuestions(runs.onTrip);
  if ("prototype" in runner) guardAll(runner.prototype, runs);
  else guardOne(runner, runs);
  return runner;
}

function guardAll(prototype: Runner, runs: Runs): void {
  hearOf(prototype).runs = runs;
  const base = baseOf(prototype);
  if (base === undefined || base === prototype) return;
  hearOf(base);
  unused = runs;
}

function guardOne(runner: Runner, runs: Runs): void {
  const known = single.get(runner);
  if (known === runs) return;
  if (known !== undefined) {
    throw new OptionsError([
      "source: another registry or breaker guards this runner. Guard each runner once.",
    ]);
  }
  single.set(runner, runs);
  guardModels(runner);
  const begin = (runner.run as Run).bind(runner);
  const run: Run = (...args) => playGuarded(runs, begin, ...args);
  Object.assign(runner, { run });
  const base = baseOf(Object.getPrototypeOf(runner) as object | null);
  if (base === undefined) return;
  hearOf(base);
  unused = runs;
}

/** The SDK's own class. The SDK makes a runner of it for `run(agent, input)`, and for each agent behind `asTool()`. */
function baseOf(first: object | null): Runner | undefined {
  let base: object | undefined;
  for (let one = first; one !== null; one = Object.getPrototypeOf(one) as object | null) {
    if (Object.hasOwn(one, "run")) base = one;
  }
  return base as Runner | undefined;
}

function playGuarded(runs: Runs, ...args: [Run, ...Parameters<Run>]): ReturnType<Run> {
  unused = undefined;
  return guardedRun(runs, ...args);
}

/** Lets guard hear of each run of a class's runners. Outside of guarded runs this alone changes nothing. */
function hearOf(prototype: Runner): ClassGuard {
  const known = classes.get(prototype);
  if (known !== undefined) return known;
  const guard: ClassGuard = {};
  classes.set(prototype, guard);
  const original = Reflect.get(prototype, "run") as Run;
  async function run(this: Runner, ...args: Parameters<Run>) {
    const begin: Run = (...given) => original.call(this, ...given);
    if (single.has(this)) return begin(...args);
    const scope = currentScope();
    if (guard.runs === undefined && scope === undefined) {
      await tellUnused(args[0]).catch(() => {}); // an unguarded run fails by no error of guard's
      return begin(...args);
    }
    guardModels(this);
    const isPart = scope !== undefined && (guard.runs === undefined || ownScopes.has(scope));
    if (guard.runs !== undefined && !isPart) return playGuarded(guard.runs, begin, ...args);
    const first = firstOf(args[0], args[1]); // its run is part of the run around it
    if (isAgent(first)) guardAgent(first);
    return begin(...args);
  }
  Object.defineProperty(prototype, "run", { value: run, writable: true, configurable: true });
  return guard;
}

function guardModels({ config }: Runner): void {
  if (isModel(config.model)) config.model = guardModel(config.model);
  config.modelProvider = guardModelProvider(config.modelProvider);
}

/** Tells where a guarded runner waits, and the first run passes it by. */
async function tellUnused(agent: AnyAgent): Promise<void> {
  const waiting = unused;
  if (waiting === undefined || !isAgent(agent)) return;
  unused = undefined;
  const one = waiting.run(crypto.randomUUID());
  one.misplaced("unguarded", agent.name, notThisRunner);
  await one.end();
}
