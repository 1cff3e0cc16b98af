import type { BreakerSource } from "@guard/core";
import { guardAgent, guardModel, guardRunner, guardTool } from "@guard/openai-agents";
import {
  Agent,
  RunContext,
  Runner,
  RunState,
  tool,
  Usage,
  type Model,
  type ModelRequest,
  type ModelResponse,
  type Tool,
} from "@openai/agents";
import { ending, readAll, type Ending } from "guard-test-support";
import { z } from "zod";
import type { Combination } from "../combination.ts";
import type { Framework } from "../framework.ts";
import type { Job } from "../job.ts";
import { otherAgent, otherName } from "../other-framework.ts";
import { asksForLastWord, lastWord, type Scene } from "../scene.ts";
import { told } from "../told.ts";
import { handoffName, toolName, type Request } from "../trips.ts";

/**
 * Runs of a guarded runner. A nested agent stands behind `asTool()`, and a delegation is a hand-off. A resumed run goes on
 * from a state that was a string, an aborted run from the state itself. The SDK's own approvals ask a human.
 */
export const openaiAgents: Framework = { missing, play };

const isOldest = process.env["GUARD_OLDEST"] !== undefined;

function missing({ way, exit }: Combination): string | undefined {
  if (exit === "route") return "the SDK hands no foreign error to its errorHandlers";
  if (way === "batch") return "the SDK has no batch";
  if (way === "workflow") return "the SDK has no workflows";
  if (way === "network") return "the SDK has no networks: its agents hand the work over";
  if (way === "fallback model") return "the SDK has no fallback models";
  if (way === "retry" && isOldest) return "the SDK has no retries in its oldest version";
  return undefined;
}

async function play(scene: Scene): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const job of scene.jobs) faults.push(...(await playJob(scene, job)));
  return faults;
}

type AnyAgent = Parameters<Runner["run"]>[0];
type State = RunState<undefined, AnyAgent>;
type Ended = Ending<{ readonly text: unknown; readonly state: State }>;

async function playJob(scene: Scene, job: Job): Promise<readonly string[]> {
  const { way, exit, trip } = scene.combination;
  if (exit === "wind-down") job.grant({ models: 1 });
  const source = scene.registry(job);
  const runner = guardRunner(new Runner({ tracingDisabled: true }), source);
  const agent = agentOf(scene, job, runner, source);
  const own: State = new RunState(new RunContext(undefined), job.text, agent, 200);
  const run = (input: string | State, signal?: AbortSignal) =>
    ending(() => runAgent(scene, runner, agent, input, signal));
  const faultsOf = async (ended: Ended, isAgain: boolean) =>
    exit === "ask" ? judgeAsked(scene, job, ended, run) : judge(scene, job, ended, isAgain);

  if (way !== "abort" && way !== "resume") return faultsOf(await run(job.text), false);
  const aborting = new AbortController();
  if (way === "abort") job.onTrip(() => aborting.abort());
  const first = await run(own, way === "abort" ? aborting.signal : undefined);
  // guard promises no end for a run that is stopped and aborted at once.
  const faults = way === "abort" || exit === "ask" ? [] : await faultsOf(first, false);
  const state = first.result?.state ?? own;
  // The SDK does not read the state of a finished run, or a state in the middle of a hand-off.
  const isRead = way === "resume" && (exit === "throw" || exit === "ask") && trip !== "delegation";
  const read = () => RunState.fromString(guardAgent(agent), state.toString()) as Promise<State>;
  const again = await run(isRead ? await read() : state);
  // The aborted run has asked no human.
  if (way === "abort" && exit === "ask" && isGuards(again)) return faults;
  return [...faults, ...(await faultsOf(again, true))];
}

async function runAgent(
  scene: Scene,
  runner: Runner,
  agent: AnyAgent,
  input: string | State,
  signal: AbortSignal | undefined,
) {
  const options = { maxTurns: 200, ...(signal === undefined ? {} : { signal }) };
  if (scene.combination.way !== "stream") {
    const { finalOutput, state } = await runner.run(agent, input, options);
    return { text: finalOutput as unknown, state };
  }
  const result = await runner.run(agent, input, { ...options, stream: true });
  await readAll(result.toTextStream() as AsyncIterable<string>);
  await result.completed;
  const text: unknown = result.interruptions.length > 0 ? undefined : result.finalOutput;
  return { text, state: result.state };
}

/** The faults of a run that does not end as its exit promises: the first time, or when it goes on. */
function judge(scene: Scene, { models }: Job, ended: Ended, isAgain: boolean): readonly string[] {
  const { trip, exit } = scene.combination;
  const { stop, error, result } = ended;
  if (exit === "throw" && stop?.reason === trip) return [];
  if (exit === "finish" && isGuards(ended)) return [];
  // The model gives its last answer once. A run that goes on may end in guard's words.
  const isLastWord = result?.text === lastWord && models.granted === 1;
  if (exit === "wind-down" && (isLastWord || (isAgain && isGuards(ended)))) return [];
  return [`${exit}: ended with ${told(error ?? result?.text)}`];
}

/** A human is asked. The human stops the first run, and grants the others one step more. */
async function judgeAsked(
  scene: Scene,
  job: Job,
  ended: Ended,
  run: (state: State) => Promise<Ended>,
): Promise<readonly string[]> {
  const state = askingIn(scene, ended);
  if (state === undefined) return [`ask: ended with ${told(ended.error ?? ended.result?.text)}`];
  const [question] = state.getInterruptions();
  if (job.number === 1) {
    state.reject(question!);
    const stopped = await run(state);
    if (isGuards(stopped)) return [];
    return [`ask: rejected, ended with ${told(stopped.error ?? stopped.result?.text)}`];
  }
  const { calls } = JSON.parse(question!.arguments!) as { readonly calls: number };
  job.grant({ models: 2, tools: Math.max(1, calls) });
  state.approve(question!);
  const next = await run(state);
  if (askingIn(scene, next) === undefined)
    return [`ask: approved, ended with ${told(next.error ?? next.result?.text)}`];
  return job.models.granted > 0 ? [] : ["ask: approved, and no model was asked"];
}

/** The state of a run that asks a human about this trip. */
function askingIn({ combination: { trip } }: Scene, { result }: Ended): State | undefined {
  const [asked] = result?.state.getInterruptions() ?? [];
  const question = JSON.parse(asked?.arguments ?? "{}") as { trip?: { reason?: string } };
  return question.trip?.reason === trip ? result?.state : undefined;
}

function isGuards({ result }: Ended): boolean {
  return String(result?.text).startsWith(`This task was stopped`);
}

/** Asks the looping agent inside a tool of another framework. */
export async function askLooping(scene: Scene, source: BreakerSource, question: string) {
  const runner = guardRunner(new Runner({ tracingDisabled: true }), source);
  const { looping } = loopingAgent(scene, scene.jobIn(question));
  const { finalOutput } = await runner.run(looping, question, { maxTurns: 200 });
  return finalOutput;
}

/** The agent that gets nowhere, its model, and its tool. */
function loopingAgent(scene: Scene, job: Job) {
  const use = counted(job, toolName, (q) => {
    if (scene.trip.fails) throw new Error("out of order");
    return `${q} is there`;
  });
  const model = endless(scene, job, (turn) => scene.ask(turn, job));
  const looping = agentWith("colleague", scene, model, [use]);
  looping.handoffs = [helper(scene, job, looping)];
  return { looping, model, use };
}

/** The agent that the user runs. */
function agentOf(scene: Scene, job: Job, runner: Runner, source: BreakerSource): AnyAgent {
  const { way } = scene.combination;
  const { looping, model, use } = loopingAgent(scene, job);
  const isInTool = way === "nested agent" || way === "another framework's agent";
  if (!isInTool && way !== "tool that catches everything") return looping;
  const name = way === "another framework's agent" ? otherName : "ask_colleague";
  const args = { q: `Ask for #${job.number}.` };
  const outer = endless(scene, job, () => [{ name, args }]);
  if (way === "another framework's agent") {
    const other = counted(job, name, otherAgent(scene, source, "openai-agents"));
    return agentWith("boss", scene, outer, [other]);
  }
  if (way === "nested agent") {
    const parameters = z.object({ q: z.string() });
    const runOptions = { maxTurns: 200 };
    const inner = looping.asTool({ toolName: name, parameters, runOptions });
    return agentWith("boss", scene, outer, [inner as Tool]);
  }
  const attempts = [
    () => runner.run(looping, job.text, { maxTurns: 200 }),
    () => guardModel(model).getResponse({ input: job.text, tools: [], handoffs: [] } as never),
    () => guardTool(use).invoke(new RunContext(undefined), JSON.stringify(args)),
  ];
  const all = counted(job, name, () => stubborn([...attempts, ...attempts]));
  return agentWith("boss", scene, outer, [all]);
}

function agentWith(name: string, scene: Scene, model: Model, tools: Tool[]) {
  const retry = { maxRetries: 3, policy: () => true };
  const modelSettings = scene.combination.way === "retry" ? { retry } : {};
  return new Agent({ name, model, tools, modelSettings });
}

/** The agent that gets the work, and hands it back. */
function helper(scene: Scene, job: Job, back: AnyAgent): AnyAgent {
  const name = "transfer_to_colleague";
  const model = endless(scene, job, () => [{ name, args: { q: `#${job.number}` } }]);
  const made = agentWith(handoffName.replace("transfer_to_", ""), scene, model, []);
  made.handoffs = [back];
  return made;
}

function counted(job: Job, name: string, body: (q: string) => unknown) {
  return tool({
    name,
    description: name,
    parameters: z.object({ q: z.string() }),
    execute: ({ q }): Promise<unknown> => job.toolRun(() => body(q)),
  });
}

/** Goes on after every error. */
async function stubborn(attempts: readonly (() => unknown)[]): Promise<string> {
  for (const attempt of attempts) {
    try {
      await attempt();
    } catch {
      continue; // the error is lost
    }
  }
  return "Something went wrong.";
}

/** Counts the ids of calls. The SDK runs no id twice in a run. */
let calls = 0;

/** A model that goes on for ever. With retries every other call fails at first. */
function endless(scene: Scene, job: Job, ask: (turn: number) => readonly Request[]): Model {
  const { way, exit } = scene.combination;
  let turn = 0;
  const answer = ({ systemInstructions = "" }: ModelRequest): ModelResponse["output"] => {
    turn += 1;
    const isLast = asksForLastWord(systemInstructions);
    job.modelCalled(isLast || exit !== "wind-down");
    const content = [{ type: "output_text" as const, text: lastWord }];
    if (isLast) return [{ type: "message", role: "assistant", status: "completed", content }];
    if (way === "retry" && turn % 2 === 0) throw new Error("overloaded");
    return ask(turn).map(({ name, args }) => {
      const callId = `call_${(calls += 1)}`;
      const text = JSON.stringify(args);
      return { type: "function_call", name, callId, arguments: text, status: "completed" };
    });
  };
  const usage = { inputTokens: 100, outputTokens: 20, totalTokens: 120 };
  return {
    getResponse: async (request) => ({ output: answer(request), usage: new Usage(usage) }),
    async *getStreamedResponse(request) {
      const output = answer(request) as [];
      yield { type: "response_done", response: { id: `${turn}`, usage, output } };
    },
  };
}
