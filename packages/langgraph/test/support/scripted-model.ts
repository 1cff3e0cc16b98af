import { AIMessage, type BaseMessage, type UsageMetadata } from "@langchain/core/messages";
import { fakeModel } from "@langchain/core/testing";

/** What a scripted model answers: tool calls, or a final text, or both. */
export type Answer = string | readonly ToolRequest[] | Said;

interface Said {
  readonly text: string;
  readonly calls: readonly ToolRequest[];
}

export interface ToolRequest {
  readonly name: string;
  readonly args: Record<string, unknown>;
  /** Default: an id of its own. `null`: none, as from some local models. */
  readonly id?: string | null;
}

/** Tokens that every scripted answer says it has cost. */
const usagePerAnswer: UsageMetadata = {
  input_tokens: 100,
  output_tokens: 20,
  total_tokens: 120,
};

const mostAnswers = 60;

let models = 0;

/**
 * LangChain's own fake model, scripted: `script` is asked with the number of the answer (from 1) and
 * the messages of the request. Every
 * message has an id of its own, as from a provider; every call one that its model gives only once, and
 * that begins with `prefix`.
 */
export function scriptedModel(
  script: (turn: number, messages: readonly BaseMessage[]) => Answer,
  prefix = "call",
) {
  models += 1;
  const id = `model-${models}`;
  const model = fakeModel();
  for (let turn = 1; turn <= mostAnswers; turn += 1) {
    model.respond((messages) =>
      toMessage(script(turn, messages), `${id}-${turn}`, `${prefix}-${turn}`),
    );
  }
  return model;
}

function toMessage(answer: Answer, id: string, call: string): AIMessage {
  const { text, calls } = typeof answer === "string" ? { text: answer, calls: [] } : said(answer);
  const tool_calls = calls.map((asked, index) => toToolCall(asked, `${call}-${index}`));
  const message = new AIMessage({ id, content: text, tool_calls });
  return Object.assign(message, { usage_metadata: { ...usagePerAnswer } });
}

function said(answer: readonly ToolRequest[] | Said): Said {
  return "calls" in answer ? answer : { text: "", calls: answer };
}

function toToolCall({ name, args, id }: ToolRequest, ownId: string) {
  const call = { type: "tool_call" as const, name, args };
  return id === null ? call : { ...call, id: id ?? ownId };
}

/** A call of the tool `use`. */
export const use = (q: unknown = "a"): ToolRequest => ({ name: "use", args: { q } });

/** A model that asks for the same call for ever. */
export const loopingModel = (prefix?: string) => scriptedModel(() => [use()], prefix);
