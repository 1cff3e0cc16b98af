import type { OnTrip } from "@guard/core";
import { AIMessage } from "@langchain/core/messages";
import type { WrapModelCallHook } from "langchain";
import { stoppedBy, takeResults } from "./obey.ts";
import type { Run } from "./run-tree.ts";
import type { guardState } from "./state.ts";
import { withNotes } from "./to-request.ts";

type Wrapped = WrapModelCallHook<typeof guardState>;
export type ModelRequest = Parameters<Wrapped>[0];
/** Makes the call: through the middlewares behind guard, to the model. */
export type Next = Parameters<Wrapped>[1];

/** Makes a model call. `undefined` where the run is stopped, and that is not thrown. */
export async function triedCall(
  run: Run,
  exit: OnTrip,
  request: ModelRequest,
  next: Next,
): Promise<AIMessage | undefined> {
  try {
    const answer = await callWithNotes(run, request, next);
    return isGiven(run, answer) || stoppedBy(run) === undefined ? answer : undefined;
  } catch (error) {
    const isAborted = request.runtime.signal?.aborted === true;
    if (exit === "throw" || isAborted || stoppedBy(run) === undefined) throw error;
    return undefined;
  }
}

/** Makes a model call that reads the notes of its lane. Where it fails they stay for the next attempt. */
async function callWithNotes(run: Run, request: ModelRequest, next: Next): Promise<AIMessage> {
  // Before the notes are added: what is told to the model is no part of what a tool brought.
  await takeResults(run, request.messages);
  const { notes } = run.root;
  const own = notes.get(run.lane) ?? [];
  notes.delete(run.lane);
  try {
    const { messages } = request;
    return await next(
      own.length === 0 ? request : { ...request, messages: withNotes(messages, own) },
    );
  } catch (error) {
    if (own.length > 0) notes.set(run.lane, own);
    throw error;
  }
}

/** Whether a model gave this. Only what middleware has made of an error is an answer that none gave. */
export function isGiven(run: Run, answer: AIMessage): boolean {
  return !AIMessage.isInstance(answer) || run.root.given.has(answer);
}
