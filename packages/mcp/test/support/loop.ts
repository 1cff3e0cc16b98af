import { CircuitOpenError, type BreakerSource, type ToolCall } from "@guard/core";
import { askModel, asRun } from "@guard/core/adapter";
import { textsOf } from "./server.ts";

/** A model's answer: a text, or tool calls. */
type Answer = string | readonly Omit<ToolCall, "kind">[];

/** What a loop by hand needs. */
export interface LoopSetup {
  readonly source: BreakerSource;
  readonly model: () => Answer;
  /** Calls a tool of a guarded client. */
  readonly callTool: (params: { name: string; arguments: object }) => Promise<unknown>;
}

/** An agent loop without a framework: a model is asked, and its tools are those of a guarded client. */
export function loop({ source, model, callTool }: LoopSetup, read: string[]): Promise<string> {
  return asRun(source, async (agent) => {
    for (let turn = 0; turn < 100; turn += 1) {
      const { calls, text } = await askModel(
        agent,
        { kind: "model" },
        async () => model(),
        toAnswer,
      );
      if (calls.length === 0) return text;
      for (const { tool, args } of calls) {
        try {
          const result = await callTool({ name: tool, arguments: args as object });
          read.push(textsOf(result).join("\n"));
        } catch (error) {
          if (CircuitOpenError.isInstance(error)) throw error;
          read.push(String(error));
        }
      }
    }
    throw new Error("nothing has stopped this run");
  });
}

function toAnswer(answer: Answer) {
  if (typeof answer === "string") return { calls: [], text: answer };
  return { calls: answer.map((one) => ({ kind: "tool" as const, ...one })), text: "" };
}
