import { AIMessage, type BaseMessage, type UsageMetadata } from "@langchain/core/messages";
import { fakeModel } from "@langchain/core/testing";

/** What a scripted model answers: tool calls, or a final text. */
export type Answer = string | readonly ToolRequest[];

export interface ToolRequest {
  readonly name: string;
  readonly args: Record<string, unknown>;
  /** Default: an id of its own. `null`: none, as from some local models. */
  readonly id?: string | null;
}

/** Tokens that every scripted answer says it has cost. */
export const usagePerAnswer: UsageMetadata = {
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
  const fields =
    typeof answer === "string"
      ? { id, content: answer }
      : {
          id,
          content: "",
          tool_calls: answer.map((asked, index) => toToolCall(asked, `${call}-${index}`)),
        };
  return Object.assign(new AIMessage(fields), { usage_metadata: { ...usagePerAnswer } });
}

function toToolCall({ name, args, id }: ToolRequest, ownId: string) {
  const call = { type: "tool_call" as const, name, args };
  return id === null ? call : { ...call, id: id ?? ownId };
}

/** A call of the tool `use`. */
export const use = (q: unknown = "a"): ToolRequest => ({ name: "use", args: { q } });

/** A model that asks for the same call for ever. */
export const loopingModel = (prefix?: string) => scriptedModel(() => [use()], prefix);

/** The same script for an agent that writes its actions as text. */
export function asText(script: (turn: number) => Answer): (turn: number) => string {
  return (turn) => {
    const answer = script(turn);
    if (typeof answer === "string") return `I know it.\nFinal Answer: ${answer}`;
    const [call] = answer;
    return `I need it.\nAction: ${call?.name}\nAction Input: ${String(call?.args["q"])}`;
  };
}
