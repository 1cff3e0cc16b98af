import { guardAI, type AIGuard } from "@guard/ai-sdk";
import type { Breaker } from "@guard/core";
import { APICallError, generateText, isStepCount, streamText, tool, ToolLoopAgent } from "ai";
import { ending, type Ending } from "guard-test-support";
import { scriptedModel } from "guard-test-support/ai-sdk";
import { z } from "zod";
import type { Combination } from "../combination.ts";
import type { Framework } from "../framework.ts";
import type { Job } from "../job.ts";
import { asksForLastWord, lastWord, type Scene } from "../scene.ts";
import { told } from "../told.ts";
import { toolName, type Request } from "../trips.ts";

/** `generateText`, `streamText` and agents, with a guarded model and guarded tools. */
export const aiSdk: Framework = { missing, play };

function missing({ way, exit, trip }: Combination): string | undefined {
  if (exit === "route" || exit === "ask")
    return "the AI SDK has no path for errors, and asks no human";
  if (way === "batch") return "the AI SDK has no batch";
  if (way === "fallback model") return "the AI SDK has no fallback models";
  if (trip === "delegation") return "the adapter takes an agent inside a tool for a tool";
  return undefined;
}

async function play(scene: Scene): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const job of scene.jobs) faults.push(...(await playJob(scene, job)));
  return faults;
}

async function playJob(scene: Scene, job: Job): Promise<readonly string[]> {
  const { way, exit } = scene.combination;
  if (exit === "wind-down") job.grant({ models: 1 });
  const breaker = scene.breaker(job);
  const guard = guardAI(breaker);
  const run = (abortSignal?: AbortSignal) =>
    ending(() => runAgent(scene, job, guard, breaker, abortSignal));
  const aborting = new AbortController();
  if (way === "abort") job.onTrip(() => aborting.abort());
  const first = await run(way === "abort" ? aborting.signal : undefined);
  // How a run ends that was stopped and aborted at once is not promised.
  const seen = way === "abort" || hasSeen(scene, job, first, false) ? [] : [first];
  if (way === "abort" || way === "resume") {
    const second = await run();
    if (!hasSeen(scene, job, second, true)) seen.push(second);
  }
  return seen.map(({ error, result }) => `${exit}: ended with ${told(error ?? result)}`);
}

/** Whether a run has ended as the exit promises: the first time, or when it is asked again. */
function hasSeen(
  { combination: { trip, exit } }: Scene,
  { models }: Job,
  { stop, error, result }: Ending<string>,
  isAgain: boolean,
): boolean {
  if (exit === "throw") return stop?.reason === trip;
  if (error !== undefined) return false;
  const isGuards = result?.startsWith(`guard stopped this run (${trip})`) === true;
  if (exit === "finish") return isGuards;
  // The last word is said once: who asks again hears guard.
  return isAgain ? isGuards || result === lastWord : result === lastWord && models.granted === 1;
}

async function runAgent(
  scene: Scene,
  job: Job,
  guard: AIGuard,
  breaker: Breaker,
  abortSignal: AbortSignal | undefined,
): Promise<string> {
  const { model, tools } = parts(scene, job, breaker);
  const setup = {
    model: guard.model(model),
    tools: guard.tools(tools),
    prompt: job.text,
    stopWhen: [isStepCount(40), guard.stopWhen],
    maxRetries: 3,
    ...(abortSignal === undefined ? {} : { abortSignal }),
  };
  if (scene.combination.way !== "stream") return (await generateText(setup)).text;
  let text = "";
  for await (const delta of streamText({ ...setup, onError: () => {} }).textStream) text += delta;
  return text;
}

type Model = ReturnType<typeof endless>;
type Tools = Record<string, ReturnType<typeof counted>>;

/** A model that goes on for ever. Where things are tried again every other call of it fails at first. */
function endless(scene: Scene, job: Job, ask: (turn: number) => readonly Request[]) {
  const { way, exit } = scene.combination;
  return scriptedModel((turn, prompt) => {
    const isLast = asksForLastWord(JSON.stringify(prompt));
    job.modelCalled(isLast || exit !== "wind-down");
    if (isLast) return lastWord;
    if (way === "retry" && turn % 2 === 0) throw overloaded();
    return ask(turn);
  }).model;
}

const overloaded = () =>
  new APICallError({
    message: "overloaded",
    url: "https://example.invalid",
    requestBodyValues: {},
    statusCode: 529,
    isRetryable: true,
  });

function counted(job: Job, body: (q: string) => unknown) {
  return tool({
    inputSchema: z.object({ q: z.string() }),
    execute: ({ q }): Promise<unknown> => job.toolRun(() => body(q)),
  });
}

/** The model and the tools of the agent that the user runs. */
function parts(scene: Scene, job: Job, breaker: Breaker): { model: Model; tools: Tools } {
  const { way } = scene.combination;
  const looping = endless(scene, job, (turn) => scene.ask(turn, job));
  const use = counted(job, (q) => {
    if (scene.trip.fails) throw new Error("out of order");
    return `${q} is there`;
  });
  if (way !== "nested agent" && way !== "tool that catches everything") {
    return { model: looping, tools: { [toolName]: use } };
  }
  const own = guardAI(breaker, { agent: "helper" });
  const guarded = own.tools({ [toolName]: use });
  const helper = new ToolLoopAgent({
    model: own.model(looping),
    tools: guarded,
    stopWhen: [isStepCount(40), own.stopWhen],
  });
  const ask = async (prompt: string) => (await helper.generate({ prompt })).text;
  const name = "ask_colleague";
  const outer = endless(scene, job, () => [{ name, args: { q: `Ask for #${job.number}.` } }]);
  if (way === "nested agent") return { model: outer, tools: { [name]: counted(job, ask) } };
  const attempts = [
    ask,
    (prompt: string) => generateText({ model: own.model(looping), prompt }),
    (q: string) =>
      guarded[toolName].execute?.({ q }, { toolCallId: "own", messages: [], context: {} }),
  ];
  return { model: outer, tools: { [name]: counted(job, (q) => stubborn(q, attempts)) } };
}

/** Goes on after every error. */
async function stubborn(q: string, attempts: readonly ((q: string) => unknown)[]): Promise<string> {
  for (const attempt of [...attempts, ...attempts]) {
    try {
      await attempt(q);
    } catch {
      continue; // and what it says is lost
    }
  }
  return "Something went wrong.";
}
