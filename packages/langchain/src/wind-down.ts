import { textsOf } from "@guard/core/adapter";
import type { AIMessage } from "@langchain/core/messages";
import { isGiven, type ModelRequest, type Next } from "./model-call.ts";
import type { Run } from "./run-tree.ts";
import { toLastWord, withResults } from "./to-request.ts";

/**
 * Makes the one granted call, without tools, that turns what is there into an answer. `undefined` where it
 * was made before for this trip, or gives none.
 */
export async function windDown(
  run: Run,
  request: ModelRequest,
  next: Next,
): Promise<AIMessage | undefined> {
  const { stop } = run;
  if (stop === undefined) return undefined;
  const texts = textsOf(run.root.guarded);
  const { toolChoice: _, ...asked } = request;
  const last = {
    ...asked,
    tools: [],
    messages: withResults(request.messages, texts.notRun(stop.report)),
    systemMessage: toLastWord(request.systemMessage, texts.lastCall(stop.report)),
  };
  const answer = await run.root.guarded.lastAnswer(async () => next(last), request.runtime.signal);
  return answer !== undefined && isGiven(run, answer) ? answer : undefined;
}
