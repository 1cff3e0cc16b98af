import { checkFunction } from "../options/check-value.ts";
import { checkWritten } from "../breaker/check-calls.ts";
import type { ModelCall } from "../vocabulary/call.ts";
import type { ModelAnswer } from "./asking.ts";
import { agentOf, type LoopAgent } from "./loop-agent.ts";
import { makeCall } from "./make-call.ts";
import { read } from "./read.ts";
import { usageOf } from "./usage.ts";

/**
 * Makes one model call of a loop that you have written yourself. guard decides about the call before `send`, and about the
 * tool calls of the answer before any of them starts.
 *
 * @param send makes the call
 * @param toAnswer turns the response into `{ calls, text }`. You may add fields for yourself. guard reads what the call has
 *   used from `usage` of the response, whichever provider it is from
 * @param signal the signal with which the caller aborts the call
 * @returns what `toAnswer` returns
 * @throws {CircuitOpenError} when guard stops the run: before the call, or because of the tools that the answer asks for.
 *   None of these tools has started
 * @throws {CallRefusedError} if running calls hold the rest of the budget
 * @throws {TypeError} for a call without a `kind`, such as a provider's own object, also in `calls` of the answer, and for an agent that
 *   `asRun` has not given
 *
 * @example
 * const { calls, text } = await askModel(agent, { kind: "model", model, prompt }, send, toAnswer);
 */
export async function askModel<T, Answer extends ModelAnswer>(
  agent: LoopAgent,
  call: ModelCall,
  send: () => PromiseLike<T>,
  toAnswer: (answer: T) => Answer,
  signal?: AbortSignal,
): Promise<Answer> {
  checkWritten(call, "call");
  checkFunction(send, "send", "askModel(agent, call, send, toAnswer)");
  checkFunction(toAnswer, "toAnswer", "askModel(agent, call, send, toAnswer)");
  const asking = agentOf(agent);
  const { key, refused } = await asking.request(call);
  if (refused !== undefined) throw refused;
  const came = await makeCall(asking, key, send, signal);
  const used = usageOf([read(came, "usage")], [came]);
  let answer: Answer;
  try {
    answer = toAnswer(came);
    for (const [index, asked] of answer.calls.entries()) checkWritten(asked, `calls.${index}`);
  } catch (error) {
    await asking.end(key, {
      status: "failure",
      error,
      ...(used === undefined ? {} : { usage: used }),
    });
    throw error;
  }
  const stop = await asking.answered(key, { ...answer, usage: answer.usage ?? used });
  if (stop !== undefined) throw stop;
  return answer;
}
