import type { Outcome } from "@guard/core";
import {
  latestFirst,
  read,
  usageOf,
  type ModelAnswer,
  type Shown,
  type ShownMessage,
} from "@guard/core/adapter";
import type { AgentInputItem, ModelRequest, ModelResponse } from "@openai/agents";
import { toItems, toText, toToolCall } from "./to-call.ts";

/** What guard reads of an answer: of a whole one, or of the last event of a stream. */
export type Answer = Pick<ModelResponse, "output"> & { usage: object; providerData?: unknown };

/** The texts that the SDK makes of a tool's error, unless the tool has an `errorFunction`. */
const failures =
  /^(An error occurred while (running the tool|parsing tool arguments)\. Please try again|Tool '.*' timed out after \d+ms\.$)/s;

/** What a tool has returned. The SDK makes a text of an error before guard sees it. */
export function toOutcome(result: unknown): Outcome {
  if (typeof result === "string" && failures.test(result))
    return { status: "failure", error: result };
  return { status: "success", result };
}

/** What a shell or an editor has returned. */
export function toLocalOutcome(result: unknown): Outcome {
  const runs = read(result, "output");
  const hasFailed =
    read(result, "status") === "failed" || (Array.isArray(runs) && runs.some(isFailed));
  return hasFailed ? { status: "failure", error: result } : { status: "success", result };
}

/** Many commands end with 1 to say no. A command has failed if it also writes to `stderr`. */
function isFailed(run: unknown): boolean {
  if (read(run, "outcome", "type") === "timeout") return true;
  return read(run, "outcome", "exitCode") !== 0 && Boolean(read(run, "stderr"));
}

/** What the items of a request show. `isUsers` says whether its texts are the user's. */
export function toShown(request: ModelRequest, isUsers: boolean): Shown {
  return {
    latest: () => latestFirst(toItems(request), (item) => toShownMessage(item, request)),
    tools: () => [...request.tools, ...request.handoffs],
    isInner: !isUsers,
  };
}

function toShownMessage(item: AgentInputItem, request: ModelRequest): ShownMessage {
  const text = () => toSaid(item);
  const [result] = toShownOutcome(item, request);
  if (result !== undefined) return { role: "result", id: result[0], outcome: () => result[1] };
  const call = toToolCall(item);
  if (call !== undefined) return { role: "answer", text, calls: [call] };
  const role = read(item, "role");
  if (role === "user") return { role, text };
  return role === "assistant" ? { role: "answer", text, calls: [] } : { role: "other", text };
}

/** A tool that the request does not offer does not exist. */
function toShownOutcome(item: AgentInputItem, { tools }: ModelRequest) {
  if (!("output" in item) || !("callId" in item)) return [];
  const result = toText(item.output);
  const isUnknown =
    item.type === "function_call_result" && !tools.some((tool) => read(tool, "name") === item.name);
  const hasFailed = isUnknown || read(item, "status") === "failed";
  const outcome: Outcome = hasFailed ? { status: "failure", error: result } : toOutcome(result);
  return [[item.callId, outcome] as const];
}

/** What a model has answered. */
export function toModelAnswer(answer: Answer): ModelAnswer {
  return {
    calls: answer.output.flatMap((item) => toToolCall(item) ?? []),
    usage: usageOf([answer.usage], [answer.providerData], answer.output),
    text: answer.output.map(toSaid).join(""),
  };
}

/** What an item says, if it is a message. */
export function toSaid(item: AgentInputItem): string {
  return "role" in item ? toText(item.content) : "";
}
