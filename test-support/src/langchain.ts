// Scripted models and tools that count their calls, for all tests on LangChain.
import { AIMessage, type BaseMessage, type UsageMetadata } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { fakeModel } from "@langchain/core/testing";
import { tool, type StructuredToolInterface } from "@langchain/core/tools";
import { z } from "zod";

/** What a scripted model answers: tool calls, or a final text, or both. */
export type Answer = string | readonly ToolRequest[] | Said;

interface Said {
  readonly text: string;
  readonly calls: readonly ToolRequest[];
}

export interface ToolRequest {
  readonly name: string;
  readonly args: Record<string, unknown>;
  /** Default: an id of its own. `null`: the call has no id, as with some local models. */
  readonly id?: string | null;
}

/** The tokens that every scripted answer reports. */
export const usagePerAnswer: UsageMetadata = {
  input_tokens: 100,
  output_tokens: 20,
  total_tokens: 120,
};

const mostAnswers = 60;

let models = 0;

/**
 * LangChain's own fake model, scripted. The model calls `script` with the number of the answer (from 1) and the
 * messages of the request. Every message has an id of its own, as providers give one. Every call has an id that its
 * model gives only once; the id begins with `prefix`.
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
  const { text, calls } = said(answer);
  const tool_calls = calls.map((asked, index) => toToolCall(asked, `${call}-${index}`));
  const message = new AIMessage({ id, content: text, tool_calls });
  return Object.assign(message, { usage_metadata: { ...usagePerAnswer } });
}

function said(answer: Answer): Said {
  if (typeof answer === "string") return { text: answer, calls: [] };
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

/** A tool of any name with the argument `q`. Its body may pass on the config of its run. */
export function named(
  name: string,
  body: (q: string, config: RunnableConfig) => unknown,
): StructuredToolInterface {
  const schema = z.object({ q: z.string() });
  return tool(({ q }, config: RunnableConfig) => body(q, config), {
    name,
    description: "Uses it.",
    schema,
  });
}

/** A tool that counts its calls. */
export interface CountedTool {
  readonly tool: StructuredToolInterface;
  /** The argument of each call that ran. */
  readonly ran: string[];
}

/** A tool, `use({ q })` by default. The same argument gets the same answer. */
export function useTool(
  answer: (q: string) => unknown = (q) => `${q} is there`,
  name = "use",
): CountedTool {
  const ran: string[] = [];
  const body = (q: string) => {
    ran.push(q);
    return answer(q);
  };
  return { ran, tool: named(name, body) };
}

/** The same script for an agent that writes its actions as text. */
export function asText(script: (turn: number) => Answer): (turn: number) => string {
  return (turn) => {
    const { text, calls } = said(script(turn));
    const [call] = calls;
    if (call === undefined) return `I know it.\nFinal Answer: ${text}`;
    return `I need it.\nAction: ${call.name}\nAction Input: ${String(call.args["q"])}`;
  };
}
