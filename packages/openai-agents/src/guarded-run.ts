import type { CircuitOpenError } from "@guard/core";
import { attachStop, currentScope, endWith, read } from "@guard/core/adapter";
import type { GuardedRun, Runs } from "@guard/core/adapter";
import type { Session, StreamedRunResult } from "@openai/agents";
import { guardAgent, type AnyAgent } from "./agent.ts";
import { atWork, ownScopes } from "./asking.ts";
import { isAgent } from "./sdk-objects.ts";
import { keepIn, keptIn } from "./kept-state.ts";

/** The `run` of a runner. */
export type Run = (
  agent: AnyAgent,
  input: object | string,
  options?: RunOptions,
) => Promise<Result>;
type Streamed = StreamedRunResult<unknown, AnyAgent>;
type Result = Pick<Streamed, "state"> & Partial<Pick<Streamed, "completed">>;
interface RunOptions {
  readonly session?: Session;
  readonly conversationId?: string;
  readonly signal?: AbortSignal;
}

const noContext =
  "this platform has no async context, so guard can't tell which run makes a call, and counts no calls. Give the " +
  "registry an async context: createRegistry({ ports: { context } }).";

/** Lets the SDK run an agent under guard. `begin` is the SDK's own `run`. */
export async function guardedRun(
  runs: Runs,
  begin: Run,
  ...[agent, input, options]: Parameters<Run>
): Promise<Result> {
  const first = firstOf(agent, input);
  if (!isAgent(agent) || !isAgent(first)) return begin(agent, input, options); // the SDK says what is wrong
  const one = runs.run(crypto.randomUUID());
  await one.thread.read(await threadOf(options));
  const origin = goOn(one, input);
  guardAgent(first);
  return one.within(() => {
    const scope = currentScope();
    if (scope === undefined) one.misplaced("unguarded", agent.name, noContext);
    else {
      ownScopes.add(scope);
      atWork.set(scope, first.name); // calls that a human has approved start before the agent asks its model
    }
    return play(
      one,
      () => begin(guardAgent(agent), input, options),
      (state = input) => keepIn(state, one, origin),
      options?.signal,
    );
  });
}

/** The agent that a run begins with, or goes on with. */
export function firstOf(agent: AnyAgent, input: object | string): AnyAgent {
  return (read(input, "_currentAgent") as AnyAgent | undefined) ?? agent;
}

/** Goes on from the record in a state, if the input is a state. Returns the id of the first run. */
function goOn(run: GuardedRun, input: unknown): string {
  const kept = keptIn(input);
  if (kept === undefined) return run.id;
  run.isResumed = true;
  run.thread.keepIn(kept.run); // a saved state may go on twice: what both runs spend adds up
  run.thread.restore(kept.record);
  return kept.run ?? run.id;
}

/** Lets the SDK run, and ends guard's run with it. `keep` gets each state that may go on. */
async function play(
  run: GuardedRun,
  begin: () => Promise<Result>,
  keep: (state?: unknown) => void,
  signal: AbortSignal | undefined,
): Promise<Result> {
  // With the breaker's own signal a trip cuts the run off. The SDK takes that for the caller's wish.
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
    run.latch.answered = false; // guard's answer has not reached the caller
    const trip = tripOf();
    if (trip !== undefined) attachStop(error, trip);
    throw error;
  };
  const made = begun.then(finish).catch(fail);
  const ended = endWith(run, made);
  const completed = ended.then(() => undefined);
  completed.catch(() => {}); // the stream throws it too
  const result = await begun.catch(() => ended);
  if (result.completed === undefined) return ended;
  return Object.defineProperty(result, "completed", { value: completed });
}

/** The state in some errors of the SDK. The `state` of guard's own errors is something else. */
function stateIn(error: unknown): unknown {
  const state = read(error, "state");
  return read(state, "_context") === undefined ? undefined : state;
}

/** The conversation that a run belongs to, if its options name one. */
async function threadOf(options: RunOptions | undefined): Promise<string | undefined> {
  const id = options?.session?.getSessionId().catch(() => undefined);
  return (await id) ?? options?.conversationId;
}
