import { CircuitOpenError, type BreakerSource, type ToolCall } from "@guard/core";
import { makeCall, runsOf } from "@guard/core/adapter";
import { textsOf } from "./server.ts";

/** A model's answer: a text, or tool calls. */
export type Answer = string | readonly Omit<ToolCall, "kind">[];

/** What a loop by hand needs. */
export interface LoopSetup {
  readonly source: BreakerSource;
  readonly model: (read: readonly string[]) => Answer | Promise<Answer>;
  /** Calls a tool of a guarded client. */
  readonly callTool: (params: { name: string; arguments: object }) => Promise<unknown>;
}

/** An agent loop without a framework: a model is asked, and its tools are those of a guarded MCP client. */
export async function loop({ source, model, callTool }: LoopSetup, read: string[]) {
  const run = runsOf(source).run(crypto.randomUUID());
  try {
    return await run.within(async () => {
      const agent = run.agent();
      for (let turn = 0; turn < 100; turn += 1) {
        const { key, refused } = await agent.request({ kind: "model" });
        if (refused !== undefined) throw refused;
        const answer = await makeCall(agent, key, async () => model(read));
        const isText = typeof answer === "string";
        const calls = isText ? [] : answer.map((one) => ({ kind: "tool" as const, ...one }));
        const stop = await agent.answered(key, { calls, text: isText ? answer : "" });
        if (stop !== undefined) throw stop;
        if (isText) return answer;
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
    });
  } finally {
    await run.end();
  }
}
