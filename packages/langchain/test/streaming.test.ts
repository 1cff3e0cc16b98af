// A run that is streamed is counted and stopped like one that is awaited, and may be left in the middle.
import { createAgent } from "langchain";
import { describe, expect, test } from "vitest";
import { ending, readAll } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { loopingModel, scriptedModel, use } from "guard-test-support/langchain";
import { guarded } from "./support/guarded.ts";
import { question, toolCallingExecutor, toolNodeGraph } from "./support/runners.ts";
import { useTool } from "./support/tools.ts";
import type { Setup } from "./support/runners.ts";

type Stream = AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>;

interface Case {
  readonly way: string;
  readonly open: (setup: Setup) => Stream;
  /** Tool bodies of a run that asks for the same six times. */
  readonly bodies: number;
}

const input = { input: "Find the port." };
const agentOf = ({ model, tools }: Setup) => createAgent({ model, tools });

const cases: readonly Case[] = [
  ...(["values", "updates", "messages", "custom"] as const).map((streamMode): Case => ({
    way: `createAgent, stream of ${streamMode}`,
    open: (setup) => agentOf(setup).stream(question, { callbacks: setup.callbacks, streamMode }),
    bodies: 3,
  })),
  {
    way: "createAgent, stream of subgraphs",
    open: (setup) =>
      agentOf(setup).stream(question, {
        callbacks: setup.callbacks,
        streamMode: ["updates", "messages"],
        subgraphs: true,
      }),
    bodies: 3,
  },
  {
    way: "createAgent, streamEvents",
    open: (setup) =>
      agentOf(setup).streamEvents(question, { callbacks: setup.callbacks, version: "v2" }),
    bodies: 3,
  },
  {
    way: "StateGraph + ToolNode, stream",
    open: (setup) => toolNodeGraph(setup).stream(question, { callbacks: setup.callbacks }),
    bodies: 5,
  },
  {
    way: "StateGraph + ToolNode, streamEvents",
    open: (setup) =>
      toolNodeGraph(setup).streamEvents(question, { callbacks: setup.callbacks, version: "v2" }),
    bodies: 5,
  },
  {
    way: "AgentExecutor, stream",
    open: ({ callbacks, ...setup }) => toolCallingExecutor(setup).stream(input, { callbacks }),
    bodies: 5,
  },
  {
    way: "AgentExecutor, streamEvents",
    open: ({ callbacks, ...setup }) =>
      toolCallingExecutor(setup).streamEvents(input, { callbacks, version: "v2" }),
    bodies: 5,
  },
];

quietHandlerErrors();

describe.each(cases)("$way", ({ open, bodies }) => {
  test("the iterator rejects with the trip, and the tokens are booked", async () => {
    const { handler } = guarded();
    const model = loopingModel();
    const used = useTool();

    const { stop } = await ending(() =>
      readAll(open({ model, tools: [used.tool], callbacks: [handler] })),
    );

    expect(stop?.report.used).toMatchObject({ modelCalls: 6, tokens: 720 });
    expect([model.callCount, used.ran.length]).toEqual([6, bodies]);
    expect(unhandled).toEqual([]);
  });

  test("a consumer that leaves hangs nothing, and the handler's next run works", async () => {
    const { handler } = guarded({ budget: { modelCalls: 4 } });
    const model = scriptedModel((turn) => (turn <= 2 ? [use(`file ${turn}`)] : "Done."));
    const { tool } = useTool();

    // AgentExecutor's streamEvents answers with an AbortError of its own
    await ending(async () => {
      for await (const _ of await open({ model, tools: [tool], callbacks: [handler] })) break;
    });
    const next = scriptedModel((turn) => (turn <= 2 ? [use(`file ${turn}`)] : "Done."));
    const { error } = await ending(() =>
      readAll(open({ model: next, tools: [tool], callbacks: [handler] })),
    );

    expect(error).toBeUndefined();
    expect(next.callCount).toBe(3);
    expect(unhandled).toEqual([]);
  });
});
