import type { Run } from "./run.ts";
import type { Answer, GuardedModel, Request } from "./to-call.ts";
import { toAsked, toText } from "./to-call.ts";
import { toLastRequest, type LastWord } from "./to-last-answer.ts";
import { toAnswered } from "./to-outcome.ts";
import { toUsage } from "./to-usage.ts";

/**
 * What a run ends with that was stopped: guard's own words, or the model's from one granted call.
 * `undefined` where the error is not guard's, or where the run is to end with it.
 */
export async function lastWord(
  run: Run,
  model: GuardedModel,
  sent: Request,
  error: unknown,
): Promise<LastWord | undefined> {
  if (run.onTrip === "throw" || !run.isStop(error)) return undefined;
  const own: LastWord = { text: error.message, usage: undefined, code: error.code };
  if (run.onTrip === "finish") return own;
  return (await windDown(run, model, toLastRequest(sent, error), own)) ?? own;
}

/** Makes the one granted call, without tools. Whatever it answers has been paid for; an abort is passed on. */
async function windDown(
  run: Run,
  model: GuardedModel,
  request: Request,
  own: LastWord,
): Promise<LastWord | undefined> {
  const lift = run.grantLast();
  if (lift === undefined) return undefined;
  try {
    const decision = await run.askLast(model, request);
    const ask = model.doGenerate as (request: Request) => PromiseLike<Answer>;
    const answer = await run.make(decision, request, () => ask(request));
    const { content, usage } = answer;
    await run.settle(decision, toAnswered(content, toUsage(answer)));
    const text = toAsked(content).length === 0 ? toText(content) : "";
    return { ...own, usage, ...(text === "" ? {} : { text }) };
  } catch (error) {
    if (request.abortSignal?.aborted === true) throw error;
    return undefined;
  } finally {
    lift();
  }
}
