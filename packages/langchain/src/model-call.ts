import type { OnTrip } from "@guard/core";
import { AIMessage } from "@langchain/core/messages";
import type { WrapModelCallHook } from "langchain";
import { enclosingTool, type Run } from "./run-tree.ts";
import type { guardState } from "./state.ts";
import { toShown } from "./to-call.ts";
import { withTold } from "./to-request.ts";

type Wrapped = WrapModelCallHook<typeof guardState>;
export type ModelRequest = Parameters<Wrapped>[0];
/** Makes the call: through the middlewares behind guard, to the model. */
export type Next = Parameters<Wrapped>[1];

/** Makes a model call that reads what guard tells. `undefined` where the run is stopped, and that is not thrown. */
export async function triedCall(
  run: Run,
  exit: OnTrip,
  request: ModelRequest,
  next: Next,
): Promise<AIMessage | undefined> {
  const { agent } = run;
  const { messages } = request;
  // Before guard adds its notes: they are no part of what a tool brought.
  if (!run.root.guarded.asked.isEmpty) {
    await agent.takeOutcomes(toShown(messages, enclosingTool(run) !== undefined));
  }
  const notes = [...agent.told];
  try {
    const told = withTold(messages, agent.told);
    const answer = await next(told === messages ? request : { ...request, messages: [...told] });
    // Each note stands in one request. The answer may have brought new ones.
    for (const [id, note] of notes) if (agent.told.get(id) === note) agent.told.delete(id);
    return isGiven(run, answer) || run.stop === undefined ? answer : undefined;
  } catch (error) {
    const isAborted = request.runtime.signal?.aborted === true;
    if (exit === "throw" || isAborted || run.stop === undefined) throw error;
    return undefined;
  }
}

/** Whether a model gave this. Only what middleware has made of an error is an answer that none gave. */
export function isGiven(run: Run, answer: AIMessage): boolean {
  return !AIMessage.isInstance(answer) || run.root.given.has(answer);
}
