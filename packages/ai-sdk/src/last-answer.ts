import { lastWord, type Agent, type LastWord, textsOf } from "@guard/core/adapter";
import { toModelCall, type Answer, type Generate, type GuardedModel } from "./to-call.ts";
import type { Request } from "./to-call.ts";
import { toLastRequest } from "./to-last-answer.ts";
import { toModelAnswer } from "./to-outcome.ts";
import { toUsage } from "./to-usage.ts";

/** An agent that asks a model. */
export interface Asking {
  readonly agent: Agent;
  readonly model: GuardedModel;
  /** The request as the model will read it, with guard's notes. */
  readonly sent: Request;
}

/** The last word of a stopped run; `undefined` if the run ends with the error, as each run with `onTrip: "ask"` does here. */
export async function paidWord(
  { agent, model, sent }: Asking,
  error: Error,
): Promise<LastWord<Answer> | undefined> {
  if (agent.run.breaker.onTrip === "ask") return undefined;
  return lastWord(agent, error, (stop) => {
    const request = toLastRequest(sent, textsOf(agent.run).lastCall(stop.report));
    return {
      call: toModelCall(model, request),
      make: () => (model.doGenerate as Generate)(request),
      toAnswer: (answer) => toModelAnswer(answer.content, toUsage(answer)),
      signal: sent.abortSignal,
    };
  });
}
