import { checkFunction } from "../breaker/check-arguments.ts";
import { checkWritten } from "../breaker/check-calls.ts";
import type { ModelCall } from "../vocabulary/call.ts";
import type { Agent } from "./agent.ts";
import type { ModelAnswer } from "./asking.ts";
import { makeCall } from "./make-call.ts";
import { read } from "./read.ts";
import { usageOf } from "./usage.ts";

/**
 * One model call of a loop by hand: asks for the call, makes it, and asks for the calls of its answer, as one round.
 *
 * @param send makes the call
 * @param toAnswer reads what came back: the calls that the answer asks for, its text, and what else the caller wants of it.
 *   What it has used is read from its `usage`, in any provider's words, unless `toAnswer` tells it
 * @throws {TypeError} for a call without a kind, such as a provider's own, also among those of the answer
 * @returns what `toAnswer` gives
 * @throws {CircuitOpenError} when the run is stopped: before the call is made, or by what the answer asks for. No tool of
 *   the answer has started then
 * @throws {CallRefusedError} when others hold the money for this call
 *
 * @example
 * const { calls, text } = await askModel(agent, { kind: "model", model, prompt }, send, toAnswer);
 */
export async function askModel<T, Answer extends ModelAnswer>(
  agent: Agent,
  call: ModelCall,
  send: () => PromiseLike<T>,
  toAnswer: (answer: T) => Answer,
  signal?: AbortSignal,
): Promise<Answer> {
  checkWritten(call, "call");
  checkFunction(send, "send", "askModel(agent, call, send, toAnswer)");
  checkFunction(toAnswer, "toAnswer", "askModel(agent, call, send, toAnswer)");
  const { key, refused } = await agent.request(call);
  if (refused !== undefined) throw refused;
  const came = await makeCall(agent, key, send, signal);
  const used = usageOf([read(came, "usage")], [came]);
  let answer: Answer;
  try {
    answer = toAnswer(came);
    for (const [index, asked] of answer.calls.entries()) checkWritten(asked, `calls.${index}`);
  } catch (error) {
    await agent.end(key, {
      status: "failure",
      error,
      ...(used === undefined ? {} : { usage: used }),
    });
    throw error;
  }
  const stop = await agent.answered(key, { ...answer, usage: answer.usage ?? used });
  if (stop !== undefined) throw stop;
  return answer;
}
