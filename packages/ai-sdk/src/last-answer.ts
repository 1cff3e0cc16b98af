import { makeCall, type Asking } from "./make-call.ts";
import { toModelCall, type Generate } from "./to-call.ts";
import { toLastRequest, type LastWord } from "./to-last-answer.ts";
import { toModelAnswer } from "./to-outcome.ts";
import { toUsage } from "./to-usage.ts";

/**
 * What a run ends with that was stopped: guard's own words, or the model's from one granted call.
 * `undefined` where the error does not stop the run, or where the run is to end with it. An agent inside a tool leaves
 * the granted call to the agent that has called that tool.
 */
export async function lastWord(asking: Asking, error: Error): Promise<LastWord | undefined> {
  const { run } = asking.agent;
  const { onTrip } = run.breaker;
  if (onTrip === "throw" || !run.isStop(error)) return undefined;
  const own: LastWord = { text: error.message, usage: undefined, code: error.code };
  if (onTrip === "finish" || run.isToolUnderWay) return own;
  const sent = toLastRequest(asking.sent, error);
  return {
    ...own,
    ...(await run.lastAnswer(() => granted({ ...asking, sent }), sent.abortSignal)),
  };
}

/** Makes the granted call. What it uses was paid for, also where it gives no words. */
async function granted({ agent, model, sent }: Asking): Promise<Partial<LastWord>> {
  const { key, refused } = await agent.request(toModelCall(model, sent));
  if (refused !== undefined) throw refused;
  const ask = () => (model.doGenerate as Generate)(sent);
  const answer = await makeCall({ agent, model, sent, key }, ask);
  const said = toModelAnswer(answer.content, toUsage(answer));
  await agent.answered(key, { ...said, calls: [] });
  const { text = "" } = said;
  return { usage: answer.usage, ...(text === "" ? {} : { text }) };
}
