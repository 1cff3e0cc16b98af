import { lastWord, makeCall, type Agent } from "@guard/core/adapter";
import { toModelCall, type Generate, type GuardedModel, type Request } from "./to-call.ts";
import { toLastRequest, type PaidWord } from "./to-last-answer.ts";
import { toModelAnswer } from "./to-outcome.ts";
import { toUsage } from "./to-usage.ts";

/** An agent that asks a model. */
export interface Asking {
  readonly agent: Agent;
  readonly model: GuardedModel;
  /** The request as the model will read it. */
  readonly sent: Request;
}

/** What a run ends with that was stopped; `undefined` where it ends with the error. */
export async function paidWord(asking: Asking, error: Error): Promise<PaidWord | undefined> {
  const { agent, sent } = asking;
  const ask = (stop: Error) => granted({ ...asking, sent: toLastRequest(sent, stop) });
  return lastWord(agent.run, error, ask, sent.abortSignal);
}

/** Makes the granted call. Guard books its usage, also where it gives no words. */
async function granted({ agent, model, sent }: Asking): Promise<Partial<PaidWord>> {
  const { key, refused } = await agent.request(toModelCall(model, sent));
  if (refused !== undefined) throw refused;
  const ask = () => (model.doGenerate as Generate)(sent);
  const answer = await makeCall(agent, key, ask, sent.abortSignal);
  const said = toModelAnswer(answer.content, toUsage(answer));
  await agent.answered(key, { ...said, calls: [] });
  const { text = "" } = said;
  return { usage: answer.usage, ...(text === "" ? {} : { text }) };
}
