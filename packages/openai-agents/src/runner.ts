import { OptionsError, type CircuitOpenError } from "@guard/core";
import { attachStop, currentScope, endWith, read, runsOf } from "@guard/core/adapter";
import type { BreakerSource, GuardedRun } from "@guard/core/adapter";
import type { Runner, Session, StreamedRunResult } from "@openai/agents";
import { guardAgent, type AnyAgent } from "./agent.ts";
import { expectQuestions } from "./ask-tool.ts";
import { atWork } from "./asking.ts";
import { keepIn, keptIn } from "./kept-state.ts";
import { guardModel, guardModelProvider } from "./model.ts";

type Run = (agent: AnyAgent, input: object | string, options?: RunOptions) => Promise<Result>;
type Streamed = StreamedRunResult<unknown, AnyAgent>;
type Result = Pick<Streamed, "state"> & Partial<Pick<Streamed, "completed">>;
interface RunOptions {
  readonly session?: Session;
  readonly conversationId?: string;
  readonly signal?: AbortSignal;
}

const sources = new WeakMap<Runner, BreakerSource>();

const noContext =
  "there is no async context here, so guard can't tell which run asks, and counts nothing. Give it one: " +
  "createRegistry({ ports: { context } }).";

/**
 * Guards a runner in place: each of its runs is a run of guard's, with all agents, models and tools that it comes to. A
 * stopped run rejects with an error in which `findCircuitOpen` finds the trip. Streams end in it. A run that goes on from
 * a `RunState` goes on with what the earlier one has spent and seen.
 *
 * @returns the same runner. Its `run` is bound to it, so that it can stand for the SDK's own `run` function
 * @throws {OptionsError} for what is no source, for a runner that another source guards already, and, by `run`, for an
 * `onTrip` that the SDK has no place for
 *
 * @example
 * const runner = guardRunner(new Runner(), createRegistry({ budget: { modelCalls: 40 } }));
 * await runner.run(agent, "Find the port."); // in place of the SDK's own run(agent, "Find the port.")
 */
export function guardRunner<R extends Runner>(runner: R, source: BreakerSource): R {
  const runs = runsOf(source, { exits: ["finish", "wind-down", "ask"] });
  expectQuestions(runs.onTrip);
  const known = sources.get(runner);
  if (known === source) return runner;
  if (known !== undefined) throw new OptionsError(["source: another one guards this runner"]);
  sources.set(runner, source);
  const { config } = runner;
  if (typeof config.model === "object") config.model = guardModel(config.model);
  config.modelProvider = guardModelProvider(config.modelProvider);
  const begin = (runner.run as Run).bind(runner);
  const run: Run = async (agent, input, options) => {
    const one = runs.run(crypto.randomUUID());
    await one.thread.read(await threadOf(options));
    const origin = goOn(one, input);
    const first = (read(input, "_currentAgent") as AnyAgent | undefined) ?? agent;
    guardAgent(first);
    return one.within(() => {
      const scope = currentScope();
      if (scope === undefined) one.misplaced("unguarded", agent.name, noContext);
      else atWork.set(scope, first.name); // calls that a human has approved start before its model is asked
      return play(
        one,
        () => begin(guardAgent(agent), input, options),
        (state = input) => keepIn(state, one, origin),
        options?.signal,
      );
    });
  };
  return Object.assign(runner, { run });
}

/** Goes on from what a state holds, if the input is one. Returns the run that has begun it all. */
function goOn(run: GuardedRun, input: unknown): string {
  const kept = keptIn(input);
  if (kept === undefined) return run.id;
  run.isResumed = true;
  run.thread.keepIn(kept.run); // states that were saved may go on twice: what they spend adds up
  run.thread.restore(kept.record);
  return kept.run ?? run.id;
}

/** Plays a run of the SDK's, and ends it for guard when it has ended. `keep` is told of each state that may go on. */
async function play(
  run: GuardedRun,
  begin: () => Promise<Result>,
  keep: (state?: unknown) => void,
  signal: AbortSignal | undefined,
): Promise<Result> {
  // Who passes the breaker's own signal has the run cut off in flight, which the SDK takes for the caller's wish.
  const tripOf = () => {
    const { aborted, reason } = run.breaker.signal;
    return signal?.aborted === true && aborted ? (reason as CircuitOpenError) : undefined;
  };
  const begun = begin();
  let state: unknown;
  const finish = async (result: Result) => {
    ({ state } = result);
    await result.completed;
    const trip = read(result, "cancelled") === true ? tripOf() : undefined;
    if (trip !== undefined) throw trip;
    keep(state);
    return result;
  };
  const fail = (error: unknown) => {
    keep(state ?? stateIn(error));
    run.latch.answered = false; // what guard has answered did not reach the caller
    const trip = tripOf();
    if (trip !== undefined) attachStop(error, trip);
    throw error;
  };
  const made = begun.then(finish).catch(fail);
  const ended = endWith(run, made);
  const completed = ended.then(() => undefined);
  completed.catch(() => {}); // a stream itself says it too
  const result = await begun.catch(() => ended);
  if (result.completed === undefined) return ended;
  return Object.defineProperty(result, "completed", { value: completed });
}

/** The state that the SDK tells with some of its errors. The `state` of guard's own errors is something else. */
function stateIn(error: unknown): unknown {
  const state = read(error, "state");
  return read(state, "_context") === undefined ? undefined : state;
}

/** The conversation that a run belongs to, where it says so. */
async function threadOf(options: RunOptions | undefined): Promise<string | undefined> {
  const id = options?.session?.getSessionId().catch(() => undefined);
  return (await id) ?? options?.conversationId;
}
