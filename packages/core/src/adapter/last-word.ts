import type { ModelCall } from "../vocabulary/call.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import type { Agent } from "./agent.ts";
import type { ModelAnswer } from "./asking.ts";
import { makeCall } from "./make-call.ts";

/** What a stopped run ends with. */
export interface LastWord<Answer = unknown> {
  readonly text: string;
  readonly code: CircuitOpenError["code"];
  /** What the one granted call has brought, where it was made. */
  readonly answer?: Answer | undefined;
}

/** The one model call that may follow a trip: without tools, and with the wish to end. */
export interface LastCall<Answer> {
  readonly call: ModelCall;
  readonly make: () => PromiseLike<Answer>;
  readonly toAnswer: (answer: Answer) => ModelAnswer;
  /** Aborted where the caller no longer wants the answer. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a stopped run ends with, for adapters that wrap models: guard's own words or, where its `onTrip` is
 * `"wind-down"`, what the one granted call says. `undefined` where the error does not stop the run, or where the run is
 * to end with it. An agent inside a tool leaves the granted call to the agent that called the tool.
 */
export async function lastWord<Answer>(
  agent: Agent,
  error: Error,
  toLastCall: (stop: CircuitOpenError) => LastCall<Answer>,
): Promise<LastWord<Answer> | undefined> {
  const { run } = agent;
  const { onTrip } = run.breaker;
  if (onTrip === "throw" || !run.latch.isStop(error)) return undefined;
  run.latch.answered = true;
  const { text, code } = error;
  if (onTrip !== "wind-down" || run.isToolUnderWay) return { text, code };
  const last = toLastCall(error);
  const said = await run.lastAnswer(() => granted(agent, last), last.signal);
  return { text: said?.text || text, code, answer: said?.answer };
}

/** Makes the granted call. Guard books its usage, also where it gives no words. */
async function granted<Answer>(
  agent: Agent,
  { call, make, toAnswer, signal }: LastCall<Answer>,
): Promise<{ readonly answer: Answer; readonly text: string | undefined }> {
  const { key, refused } = await agent.request(call);
  if (refused !== undefined) throw refused;
  const answer = await makeCall(agent, key, make, signal);
  const { text, usage } = toAnswer(answer);
  await agent.answered(key, { calls: [], text, usage });
  return { answer, text };
}
