import { endWith, read, runsOf, withMethods, type BreakerSource } from "@guard/core/adapter";
import type { GuardedRun, GuardRecord } from "@guard/core/adapter";
import type { Runner, StreamedRunResult } from "@openai/agents-core";
import { guardAgent, type AnyAgent } from "./agent.ts";
import { guarded } from "./asking.ts";
import { guardModel } from "./model.ts";

type Run = (agent: AnyAgent, input: object | string, options?: object) => Promise<Result>;
type Streamed = StreamedRunResult<unknown, AnyAgent>;
type Result = Pick<Streamed, "state" | "interruptions"> & Partial<Pick<Streamed, "completed">>;

/** What interrupted runs had come to, by their states: the runs that resume them go on from there. */
const interrupted = new WeakMap<object, GuardRecord>();

/**
 * The same runner, guarded: each of its runs is a run of guard's, with all agents, models and tools that it comes to.
 * A stopped run rejects with an error in which `findCircuitOpen` finds the trip. Streams end in it.
 *
 * @throws {OptionsError} for what is no source, and, by `run`, for an `onTrip` that the SDK has no place for
 *
 * @example
 * const runner = guardRunner(new Runner(), createRegistry({ budget: { modelCalls: 40 } }));
 * await runner.run(agent, "Find the port.");
 */
export function guardRunner<R extends Runner>(runner: R, source: BreakerSource): R {
  const runs = runsOf(source, { exits: ["finish", "wind-down"] });
  const { config } = runner;
  const { model, modelProvider } = config;
  if (typeof model === "object") config.model = guardModel(model);
  if (!guarded.has(modelProvider)) {
    const getModel = async (name?: string) => guardModel(await modelProvider.getModel(name), name);
    config.modelProvider = withMethods(modelProvider, { getModel });
    guarded.add(config.modelProvider);
  }
  const run: Run = (agent, input, options) => {
    const one = runs.run(crypto.randomUUID());
    const before = typeof input === "object" ? interrupted.get(input) : undefined;
    one.thread.restore(before);
    one.isResumed = before !== undefined;
    guardAgent((read(input, "_currentAgent") as AnyAgent | undefined) ?? agent);
    const begin = () => (runner.run as Run)(guardAgent(agent), input, options);
    return one.within(() => play(one, begin));
  };
  return withMethods(runner, { run });
}

/** Makes a run of the SDK's, and ends it for guard when it has ended. */
async function play(run: GuardedRun, begin: () => Promise<Result>): Promise<Result> {
  const begun = begin();
  const finish = async (result: Result) => {
    await result.completed;
    if (result.interruptions.length > 0) interrupted.set(result.state, run.record());
    return result;
  };
  const ended = endWith(run, begun.then(finish));
  const completed = ended.then(() => undefined);
  completed.catch(() => {}); // a stream itself says it too
  const result = await begun.catch(() => ended);
  if (result.completed === undefined) return ended;
  return Object.defineProperty(result, "completed", { value: completed });
}
