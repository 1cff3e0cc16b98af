import { guardAI, type AIGuard } from "@guard/ai-sdk";
import type { Breaker, BreakerSource } from "@guard/core";
import {
  APICallError,
  customProvider,
  generateText,
  isStepCount,
  streamText,
  tool,
  ToolLoopAgent,
  wrapLanguageModel,
  type LanguageModel,
  type ModelMessage,
} from "ai";
import { ending, type Ending } from "guard-test-support";
import { scriptedModel } from "guard-test-support/ai-sdk";
import { z } from "zod";
import type { Combination, Way } from "../combination.ts";
import type { Framework } from "../framework.ts";
import type { Job } from "../job.ts";
import { otherAgent, otherName } from "../other-framework.ts";
import { asksForLastWord, lastWord, type Scene } from "../scene.ts";
import { told } from "../told.ts";
import { handoffName, toolName, type Request } from "../trips.ts";

/** `generateText`, `streamText` and agents, with a guarded model and guarded tools. */
export const aiSdk: Framework = { missing, play };

/** The matrix plays AI SDK 5 as the oldest version. It has no approvals, and only `onError` hears of a stopped stream. */
const isOldest = process.env["GUARD_OLDEST"] !== undefined;

function missing({ way, exit, trip }: Combination): string | undefined {
  if (exit === "route") return "the AI SDK has no path for errors";
  if (exit === "ask" && isOldest) return "AI SDK 5 has no approvals";
  if (exit === "ask" && trip === "budget") return "what stops a model call has no call to approve";
  if (way === "batch") return "the AI SDK has no batch";
  if (way === "workflow") return "the AI SDK has no workflows";
  if (way === "network") return "the AI SDK has no networks";
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
  const chat = new Chat(scene, job, breaker);
  const run = (abortSignal?: AbortSignal) => ending(() => chat.ask(abortSignal));
  const aborting = new AbortController();
  if (way === "abort") job.onTrip(() => aborting.abort());
  const first = await run(way === "abort" ? aborting.signal : undefined);
  // guard promises no order where a run is stopped and aborted at once.
  const seen = way === "abort" || hasSeen(scene, job, first, false) ? [] : [first];
  if (chat.asked.length > 0) seen.push(...(await answered(scene, job, chat)));
  else if (way === "abort" || way === "resume") {
    const second = await run();
    if (!hasSeen(scene, job, second, true)) seen.push(second);
  }
  return seen.map(({ error, result }) => `${exit}: ended with ${told(error ?? result)}`);
}

/** A human answers. The human of the first job denies; the human of the second approves the calls of one answer. */
async function answered(scene: Scene, job: Job, chat: Chat): Promise<readonly Ending<string>[]> {
  const { way, trip } = scene.combination;
  const isApproved = job.number > 1;
  if (isApproved) job.grant({ models: 1, tools: chat.asked.length });
  chat.answer(isApproved);
  const next = await ending(() => chat.ask());
  const isStopped = next.stop?.reason === trip;
  // The granted call has failed, and guard refuses the retry.
  if (isApproved && way !== "retry") return chat.asked.length > 0 ? [] : [next];
  return isStopped || chat.asked.length > 0 ? [] : [next];
}

/** Whether a run has ended as the exit promises, at first or when the job asks again. */
function hasSeen(
  { combination: { trip, exit } }: Scene,
  { models }: Job,
  { stop, error, result }: Ending<string>,
  isAgain: boolean,
): boolean {
  if (exit === "throw") return stop?.reason === trip;
  // guard asks no human about a sub-agent.
  if (exit === "ask") return error === undefined ? result === askedHuman : stop?.reason === trip;
  if (error !== undefined) return false;
  const isGuards = result?.startsWith(`This task was stopped`) === true;
  if (exit === "finish") return isGuards;
  // The model sums up once: the next request gets guard's text.
  return isAgain ? isGuards || result === lastWord : result === lastWord && models.granted === 1;
}

const askedHuman = "asked";

/** A conversation with an agent: its messages, and the approvals that it asks for. */
class Chat {
  /** The approvals that the last request has asked for. */
  asked: readonly string[] = [];
  readonly #messages: ModelMessage[];
  readonly #way: Way;
  readonly #setup: Omit<ReturnType<typeof setupOf>, "model"> & { readonly model: LanguageModel };

  constructor(scene: Scene, job: Job, breaker: Breaker) {
    this.#way = scene.combination.way;
    this.#messages = [{ role: "user", content: job.text }];
    const guard = guardAI(breaker);
    const setup = setupOf(guard, parts(scene, job, breaker));
    if (this.#way !== "fallback model") this.#setup = setup;
    else {
      const spare = endless(scene, job, (turn) => scene.ask(turn, job));
      this.#setup = { ...setup, model: withSpare(setup.model, guard, spare) };
    }
  }

  /** One request. Returns its text, or `askedHuman`. */
  async ask(abortSignal?: AbortSignal): Promise<string> {
    this.asked = [];
    const setup = { ...this.#setup, messages: this.#messages, ...(abortSignal && { abortSignal }) };
    const { text, content, response } =
      this.#way === "stream" ? await streamed(setup) : await generateText(setup);
    this.asked = content.flatMap((part) =>
      part.type === "tool-approval-request" ? [part.approvalId] : [],
    );
    if (this.asked.length === 0) return text;
    this.#messages.push(...response.messages);
    return askedHuman;
  }

  answer(approved: boolean): void {
    const content = this.asked.map(
      (approvalId) => ({ type: "tool-approval-response", approvalId, approved }) as const,
    );
    this.#messages.push({ role: "tool", content });
  }
}

/** A stream, read to its end by its text. */
async function streamed(setup: Parameters<typeof streamText>[0] & object) {
  const errors: unknown[] = [];
  const result = streamText({ ...setup, onError: ({ error }) => void errors.push(error) });
  let text = "";
  for await (const delta of result.textStream) text += delta;
  if (isOldest && errors.length > 0) throw errors[0];
  return { text, content: await result.content, response: await result.response };
}

function setupOf(guard: AIGuard, { model, tools }: ReturnType<typeof parts>) {
  return {
    model: guard.model(model),
    tools: guard.tools(tools),
    stopWhen: [isStepCount(40), guard.stopWhen],
    maxRetries: 3,
  };
}

type Model = ReturnType<typeof endless>;
type Tools = Record<string, ReturnType<typeof counted>>;

/** A model that goes on for ever. With the way `retry`, every second call fails. */
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

/** A model with a spare: when the model throws, a middleware asks the spare, which a guarded provider gives by name. */
function withSpare(model: Model, guard: AIGuard, spare: Model): LanguageModel {
  const provider = guard.provider(customProvider({ languageModels: { spare } }));
  return wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: "v4",
      wrapGenerate: async ({ doGenerate, params }) => {
        try {
          return await doGenerate();
        } catch {
          return provider.languageModel("spare").doGenerate(params);
        }
      },
      wrapStream: async ({ doStream, params }) => {
        try {
          return await doStream();
        } catch {
          return provider.languageModel("spare").doStream(params);
        }
      },
    },
  });
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

/** Asks the looping agent inside a tool of another framework. */
export async function askLooping(scene: Scene, source: BreakerSource, question: string) {
  const { model, tools } = loopingParts(scene, scene.jobIn(question));
  const { text } = await agentOf(guardAI(source, { agent: "helper" }), model, tools).generate({
    prompt: question,
  });
  return text;
}

function agentOf(guard: AIGuard, model: Model, tools: Tools) {
  const stopWhen = [isStepCount(40), guard.stopWhen];
  return guard.agent(new ToolLoopAgent({ model, tools, stopWhen }));
}

/** The model that gets nowhere, and its tools. */
function loopingParts(scene: Scene, job: Job) {
  const looping = endless(scene, job, (turn) => scene.ask(turn, job));
  const use = counted(job, (q) => {
    if (scene.trip.fails) throw new Error("out of order");
    return `${q} is there`;
  });
  // The agent that tasks are handed to knows nothing.
  const knowsNothing = counted(job, () => "I don't know.");
  return { model: looping, tools: { [toolName]: use, [handoffName]: knowsNothing } };
}

/** The model and the tools of the agent that the user runs. */
function parts(scene: Scene, job: Job, breaker: Breaker): { model: Model; tools: Tools } {
  const { way } = scene.combination;
  const { model: looping, tools: inner } = loopingParts(scene, job);
  const asking = (name: string) =>
    endless(scene, job, () => [{ name, args: { q: `Ask for #${job.number}.` } }]);
  if (way === "another framework's agent") {
    const other = counted(job, otherAgent(scene, breaker));
    return { model: asking(otherName), tools: { [otherName]: other } };
  }
  if (way !== "nested agent" && way !== "tool that catches everything") {
    return { model: looping, tools: inner };
  }
  const own = guardAI(breaker, { agent: "helper" });
  const guarded = own.tools(inner);
  const helper = agentOf(own, looping, inner);
  const ask = async (prompt: string) => (await helper.generate({ prompt })).text;
  const name = "ask_colleague";
  const outer = asking(name);
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
      continue; // the error is lost
    }
  }
  return "Something went wrong.";
}
