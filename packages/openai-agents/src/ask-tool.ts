import type { OnTrip } from "@guard/core";
import {
  isApproved,
  read,
  whatStopped,
  type Run,
  type TripQuestion,
  textsOf,
} from "@guard/core/adapter";
import type { Agent, FunctionTool, ModelRequest } from "@openai/agents";
import { asking } from "./asking.ts";
import type { Last } from "./to-answer.ts";
import type { Answer } from "./to-outcome.ts";
import { toItems, toText } from "./to-call.ts";

// The SDK asks a human before it runs a tool that needs approval. A stopped run "calls" such a tool of guard's. No model
// sees this tool.

/** The name of guard's question among the `interruptions` of a result. */
const name = "guard_go_on";
const goesOn = "A human lets this run go on.";

/** Whether runs of this process ask humans. Then RunState.fromString may need the tool, outside of all runs. */
let areAsked = false;

/**
 * The tools of an agent, with guard's own where its run may ask a human. An agent that ends with the result of a tool can't
 * ask: its run ends in guard's words.
 *
 * @param onTrip `undefined` outside of all runs
 */
export function withAskTool<T>(
  tools: readonly T[],
  { toolUseBehavior: ends }: Pick<Agent, "toolUseBehavior">,
  onTrip: OnTrip | undefined,
): (T | FunctionTool)[] {
  expectQuestions(onTrip);
  const isAsked = onTrip === undefined ? areAsked : onTrip === "ask";
  const hasPlace = ends === "run_llm_again" || typeof ends === "object";
  return isAsked && hasPlace ? [...tools, askTool] : [...tools];
}

/** Whether the agent of a request may ask. */
export const offersQuestion = ({ tools }: ModelRequest): boolean =>
  tools.some((tool) => read(tool, "name") === name);

/** Tells how runs of this process answer a trip. */
export function expectQuestions(onTrip: OnTrip | undefined): void {
  areAsked ||= onTrip === "ask";
}

/** The question, as arguments of the call. */
interface Question extends TripQuestion {
  /** The calls that the stopped answer has asked for. */
  readonly calls: number;
}

/** Runs once a human has approved. One step more passes: an answer, its calls, and the answer that reads their results. */
const askTool: FunctionTool = {
  type: "function",
  name,
  description: "",
  parameters: { type: "object", properties: {}, required: [], additionalProperties: false },
  strict: false,
  needsApproval: async () => true,
  isEnabled: async () => true,
  invoke: async (_, input) => {
    const { run } = asking() ?? {};
    if (run === undefined) return goesOn;
    const { text, calls } = JSON.parse(input) as Question;
    const said = { by: "approval", why: text };
    const times = Math.max(1, calls);
    isApproved(run, text, () => [
      { grant: "model", times: 2, ...said },
      { grant: "tool", times, ...said },
      { grant: "delegation", times, ...said },
    ]);
    return goesOn;
  },
};

/** The answer that makes the SDK ask a human. */
export function toQuestion(run: Run, text: string, answer: Answer | undefined): Last["output"] {
  const calls = answer?.output.filter(({ type }) => type?.endsWith("_call")).length ?? 0;
  const question: Question = { guard: "trip", text, trip: run.breaker.trip, calls };
  const callId = `${name}_${crypto.randomUUID()}`;
  const asked = { type: "function_call", status: "completed", name, callId } as const;
  return [{ ...asked, arguments: JSON.stringify(question) }];
}

/** The request without guard's tool and its questions. */
export function withoutQuestions(request: ModelRequest): ModelRequest {
  const tools = request.tools.filter((tool) => read(tool, "name") !== name);
  const items = toItems(request);
  const input = items.filter((item) => read(item, "name") !== name);
  if (tools.length === request.tools.length && input.length === items.length) return request;
  return { ...request, tools, input };
}

/** The last answer of a stopped run that a human does not let go on. */
export function turnedDown(request: ModelRequest, run: Run): string | undefined {
  const last = toItems(request).at(-1);
  if (last?.type !== "function_call_result" || last.name !== name) return undefined;
  if (toText(last.output) === goesOn) return undefined;
  return whatStopped(run)?.text ?? textsOf(run).stopped(undefined);
}
