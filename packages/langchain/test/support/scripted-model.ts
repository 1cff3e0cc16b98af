import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import { fakeModel } from "@langchain/core/testing";

/** What a scripted model answers: tool calls, or a final text. */
export type Answer = string | readonly ToolRequest[];

export interface ToolRequest {
  readonly name: string;
  readonly args: Record<string, unknown>;
  readonly id?: string;
}

/** Tokens that every scripted answer says it has cost. */
export const usagePerAnswer = { input_tokens: 100, output_tokens: 20, total_tokens: 120 } as const;

const mostAnswers = 60;

/**
 * LangChain's own fake model, scripted: `script` is asked with the number of the answer (from 1) and
 * the messages it is given. Every message and every call has an id of its own, as from a provider.
 */
export function scriptedModel(script: (turn: number, messages: BaseMessage[]) => Answer) {
  const model = fakeModel();
  for (let turn = 1; turn <= mostAnswers; turn += 1) {
    model.respond((messages) => toMessage(script(turn, messages), turn));
  }
  return model;
}

function toMessage(answer: Answer, turn: number): AIMessage {
  const id = `answer-${turn}`;
  if (typeof answer === "string") {
    return new AIMessage({ id, content: answer, usage_metadata: usagePerAnswer });
  }
  return new AIMessage({
    id,
    content: "",
    usage_metadata: usagePerAnswer,
    tool_calls: answer.map(({ name, args, id: callId }, index) => ({
      type: "tool_call",
      name,
      args,
      id: callId ?? `call-${turn}-${index}`,
    })),
  });
}
