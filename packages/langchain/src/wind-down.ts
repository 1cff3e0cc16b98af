import { textsOf } from "@guard/core/adapter";
import type { AIMessage } from "@langchain/core/messages";
import { answerOf, isGiven, type Visit } from "./model-call.ts";
import { toLastWord, withResults } from "./to-request.ts";

/**
 * Makes the one model call that guard grants after a trip, without tools. `undefined` if guard has granted it already for
 * this trip, or if the call gives no answer.
 */
export async function windDown(visit: Visit): Promise<AIMessage | undefined> {
  const { run, request } = visit;
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
  const { signal } = request.runtime;
  const answer = await run.root.guarded.lastAnswer(() => answerOf(visit, last), signal);
  return answer !== undefined && isGiven(run, answer) ? answer : undefined;
}
