import { grantLastAnswer } from "@guard/core/adapter";
import type { AIMessage } from "@langchain/core/messages";
import { isGiven, type ModelRequest, type Next } from "./model-call.ts";
import { stoppedBy } from "./obey.ts";
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
  const { root } = run;
  const stop = stoppedBy(run);
  const takeBack = grantLastAnswer(root.breaker);
  if (stop === undefined || takeBack === undefined) return undefined;
  const { toolChoice: _, ...asked } = request;
  root.lastWord = { run, stop };
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
    root.lastWord = undefined;
    takeBack();
  }
}
