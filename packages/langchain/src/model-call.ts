import type { OnTrip } from "@guard/core";
import { refusesModels } from "@guard/core/adapter";
import { AIMessage } from "@langchain/core/messages";
import type { WrapModelCallHook } from "langchain";
import { enclosingTool, type Run } from "./run.ts";
import type { guardState } from "./state.ts";
import { leastCall } from "./least-call.ts";
import { toShown } from "./to-call.ts";
import { withTold } from "./to-request.ts";

type Wrapped = WrapModelCallHook<typeof guardState>;
export type ModelRequest = Parameters<Wrapped>[0];
/** Makes the call, through the middleware behind guard. */
type Next = Parameters<Wrapped>[1];

/** A visit to the model node of an agent. */
export interface Visit {
  readonly run: Run;
  /** What the caller gets on a trip. */
  readonly exit: OnTrip;
  readonly request: ModelRequest;
  readonly next: Next;
  /** Whether no other middleware stands between guard and the model. */
  readonly isNearest: boolean;
}

/** Makes a model call, with guard's notes in the request. `undefined` if the run is stopped. */
export async function triedCall(visit: Visit): Promise<AIMessage | undefined> {
  const { run, exit, request } = visit;
  const { agent } = run;
  const { messages } = request;
  if (await isRefused(visit)) return undefined;
  // Before guard adds its notes: they are not part of a tool's result.
  if (!run.root.guarded.asked.isEmpty) {
    await agent.takeOutcomes(toShown(messages, enclosingTool(run) !== undefined));
  }
  try {
    const told = withTold(messages, agent.told);
    const given = told === messages ? request : { ...request, messages: [...told] };
    const answer = await answerOf(visit, given);
    if (answer === undefined) return undefined;
    return isGiven(run, answer) || run.stop === undefined ? answer : undefined;
  } catch (error) {
    const isAborted = request.runtime.signal?.aborted === true;
    if (exit === "throw" || isAborted || run.stop === undefined) throw error;
    return undefined;
  }
}

/**
 * Makes a model call. `undefined` if its answer stops the run: the handler leaves the stop to the middleware, because
 * LangChain prints a line for each error of a handler.
 */
export async function answerOf(
  { run, next }: Visit,
  request: ModelRequest,
): Promise<AIMessage | undefined> {
  run.takesStops = true;
  run.tookStop = false;
  const answer = await next(request);
  return run.tookStop ? undefined : answer;
}

/** Whether guard refuses a model call before LangChain starts it. */
async function isRefused({ run: { id, agent }, request, isNearest }: Visit): Promise<boolean> {
  const call = await leastCall(id, request, isNearest);
  return refusesModels(agent, call) && !(await agent.wouldPass(call));
}

/** Whether a model gave this answer. Middleware may have made it of an error. */
export function isGiven(run: Run, answer: AIMessage): boolean {
  return !AIMessage.isInstance(answer) || run.root.given.has(answer);
}
