import { OptionsError, type Breaker, type BreakerSource, type OnTrip } from "@guard/core";
import { AIMessage } from "@langchain/core/messages";
import { createMiddleware, type AgentMiddleware, type WrapModelCallHook } from "langchain";
import { answerTrips } from "./exits.ts";
import { NodeRuns } from "./find-run.ts";
import { stoppedBy, takeResults } from "./obey.ts";
import { enclosingTool, type Run } from "./run-tree.ts";
import { toFinalAnswer, toLastWord, withNotes, withResults } from "./to-request.ts";

/** What LangChain calls the ways in which an agent ends early. */
const exits: Readonly<Record<string, OnTrip>> = { error: "throw", end: "finish" };

export interface GuardMiddlewareOptions {
  /**
   * How a trip reaches whoever runs the agent: `error` as the error of the run, `end` as a last message
   * that guard wrote. Default: what the breaker's `onTrip` says.
   */
  readonly exitBehavior?: "error" | "end" | undefined;
}

type Wrapped = WrapModelCallHook;
type ModelRequest = Parameters<Wrapped>[0];
type Next = Parameters<Wrapped>[1];
type Answer = Awaited<ReturnType<Next>>;

/**
 * Guards the model calls of a `createAgent`: the model reads warnings along with its tools' results, and
 * a trip can end the run with an answer instead of an error. Give the run a `GuardCallbackHandler` over the
 * same source as well: LangChain lets a middleware hear of its model calls only, a handler of everything.
 * Each call counts once all the same.
 *
 * @throws {OptionsError} when an option is none of those
 *
 * @example
 * const registry = createRegistry({ onTrip: "wind-down", budget: { usd: 5, finalAnswer: { usd: 0.1 } } });
 * const agent = createAgent({ model, tools, middleware: [guardMiddleware(registry)] });
 * await agent.invoke({ messages }, { callbacks: [new GuardCallbackHandler(registry)] });
 */
export function guardMiddleware(
  source: BreakerSource,
  options: GuardMiddlewareOptions = {},
): AgentMiddleware<undefined, undefined, unknown, readonly [], readonly []> {
  const exit = exitOf(options);
  answerTrips(source);
  const runs = new NodeRuns(source);
  return createMiddleware({
    name: "GuardMiddleware",
    wrapModelCall: (request, next) => guarded(runs.current(), exit, request, next),
  });
}

function exitOf({ exitBehavior, ...rest }: GuardMiddlewareOptions): OnTrip | undefined {
  const unknown = Object.keys(rest).map((key) => `${key}: unknown option`);
  if (unknown.length > 0) throw new OptionsError(unknown);
  if (exitBehavior === undefined) return undefined;
  const exit = Object.hasOwn(exits, exitBehavior) ? exits[exitBehavior] : undefined;
  if (exit !== undefined) return exit;
  throw new OptionsError([
    `exitBehavior: expected error or end, received ${JSON.stringify(exitBehavior)}`,
  ]);
}

/** Makes the model call, and says what comes of it if the run is stopped before, in or behind it. */
async function guarded(
  run: Run,
  chosen: OnTrip | undefined,
  request: ModelRequest,
  next: Next,
): Promise<Answer> {
  const exit = chosen ?? run.root.breaker.onTrip;
  if (exit !== "throw") run.root.answersTrips = true;
  try {
    const answer = await callWithNotes(run, request, next);
    if (isGiven(run, answer) || stoppedBy(run) === undefined) return answer;
  } catch (error) {
    const isAborted = request.runtime.signal?.aborted === true;
    if (exit === "throw" || isAborted || stoppedBy(run) === undefined) throw error;
  }
  const stop = stoppedBy(run)!;
  if (exit === "throw") throw stop;
  const canWindDown = exit === "wind-down" && enclosingTool(run) === undefined;
  const last = canWindDown ? await windDown(run, request, next) : undefined;
  run.root.answered = true;
  return last ?? toFinalAnswer(stop);
}

/** Makes a model call that reads the notes of its lane. Where it fails they stay for the next attempt. */
async function callWithNotes(run: Run, request: ModelRequest, next: Next): Promise<Answer> {
  // Before the notes are added: what is told to the model is no part of what a tool brought.
  await takeResults(run, request.messages);
  const { notes } = run.root;
  const own = notes.get(run.lane) ?? [];
  notes.delete(run.lane);
  try {
    return await next({ ...request, messages: withNotes(request.messages, own) });
  } catch (error) {
    if (own.length > 0) notes.set(run.lane, own);
    throw error;
  }
}

/** Whether a model gave this. Only what middleware has made of an error is an answer that none gave. */
function isGiven(run: Run, answer: Answer): boolean {
  return !AIMessage.isInstance(answer) || run.root.given.has(answer);
}

/**
 * Makes the one granted call, without tools, that turns what is there into an answer. `undefined` where it
 * was made before in this run, or gives none.
 */
async function windDown(run: Run, request: ModelRequest, next: Next): Promise<Answer | undefined> {
  const { root } = run;
  const stop = stoppedBy(run);
  if (root.windDown !== "unused" || stop === undefined) return undefined;
  const { toolChoice: _, ...asked } = request;
  const lift = grant(root.breaker);
  root.windDown = "under way";
  try {
    const answer = await next({
      ...asked,
      tools: [],
      messages: withResults(request.messages),
      systemMessage: toLastWord(request.systemMessage, stop),
    });
    return isGiven(run, answer) ? answer : undefined;
  } catch (error) {
    if (request.runtime.signal?.aborted === true) throw error;
    return undefined;
  } finally {
    root.windDown = "used";
    lift();
  }
}

function grant(breaker: Breaker): () => void {
  return breaker.override({ grant: "model", by: "guard", why: "wind-down of a stopped run" });
}
