// A refused call is either refused so that the model reads why, or runs and counts as refused. It never
// ends the user's run.
import { ToolMessage, type AIMessage, type BaseMessage } from "@langchain/core/messages";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { toolsCondition } from "@langchain/langgraph/prebuilt";
import { createAgent, createMiddleware, toolRetryMiddleware } from "langchain";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { loopingModel, scriptedModel, use, named } from "guard-test-support/langchain";
import { guarded } from "./support/guarded.ts";
import {
  agentWith,
  createAgentInvoke,
  executorInvoke,
  question,
  toolNodeGraph,
  type Setup,
} from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

const refusalText = (rounds: number) =>
  `Refused, not executed: you asked for "use" again after ${rounds} attempts that brought nothing new. ` +
  "Use what you already know, change the arguments, use another tool, or give your final answer.";

/** Asks for the same five times, so that two of the calls are refused, then gives its answer. */
const heedingModel = () => scriptedModel((turn) => (turn <= 5 ? [use()] : "It is 8080."));

function toolMessages(messages: readonly BaseMessage[]) {
  return (
    messages
      .filter((message) => ToolMessage.isInstance(message))
      // the oldest version gives its error messages no status
      .map(({ content, status = "error", tool_call_id: id }) => ({ id, status, content }))
  );
}

quietHandlerErrors();

describe("under createAgent", () => {
  test("the model reads the refusal word for word as the result of that call", async () => {
    const { tool } = useTool();
    const model = loopingModel();
    const { handler } = guarded();

    await ending(() => createAgentInvoke({ model, tools: [tool], callbacks: [handler] }));

    expect(toolMessages(model.calls.at(-1)!.messages)).toEqual([
      expect.objectContaining({ id: "call-1-0", content: "a is there" }),
      expect.objectContaining({ id: "call-2-0", content: "a is there" }),
      expect.objectContaining({ id: "call-3-0", content: "a is there" }),
      { id: "call-4-0", status: "error", content: refusalText(2) },
      { id: "call-5-0", status: "error", content: refusalText(3) },
    ]);
  });

  test("a model that heeds it goes on and finishes", async () => {
    const used = useTool();
    const { handler, events } = guarded();

    const { result } = await ending(() =>
      createAgent({ model: heedingModel(), tools: [used.tool] }).invoke(question, {
        callbacks: [handler],
      }),
    );

    expect(result?.messages.at(-1)?.content).toBe("It is 8080.");
    expect(used.ran).toHaveLength(3);
    expect(events.map(({ type }) => type)).toEqual(["warn", "block", "block", "run-ended"]);
  });

  test("a model that changes its mind is not refused any more", async () => {
    const used = useTool();
    const model = scriptedModel((turn) => {
      if (turn <= 4) return [use("a")];
      return turn <= 6 ? [use(`b${turn}`)] : "Done.";
    });
    const { handler } = guarded();

    const { result } = await ending(() =>
      createAgent({ model, tools: [used.tool] }).invoke(question, { callbacks: [handler] }),
    );

    expect(used.ran).toEqual(["a", "a", "a", "b5", "b6"]);
    expect(result?.messages.at(-1)?.content).toBe("Done.");
  });

  test("of a batch only the known call is refused, the others run", async () => {
    const used = useTool();
    const model = scriptedModel((turn) => {
      if (turn <= 3) return [use("a")];
      return turn === 4 ? [use("b"), use("a"), use("c")] : "Done.";
    });
    const { handler } = guarded();

    const { result } = await ending(() =>
      createAgent({ model, tools: [used.tool] }).invoke(question, { callbacks: [handler] }),
    );

    expect(used.ran).toEqual(["a", "a", "a", "b", "c"]);
    expect(toolMessages(result!.messages).slice(3)).toEqual([
      expect.objectContaining({ id: "call-4-0", content: "b is there" }),
      { id: "call-4-1", status: "error", content: refusalText(2) },
      expect.objectContaining({ id: "call-4-2", content: "c is there" }),
    ]);
  });
});

describe("a block never ends the user's run", () => {
  const passThrough = createMiddleware({
    name: "PassThrough",
    wrapToolCall: (request, next) => next(request),
  });
  const retry = { initialDelayMs: 0, jitter: false };

  interface Case {
    readonly where: string;
    readonly run: (setup: Setup) => Promise<unknown>;
    /** Tool bodies that run of the five calls that are asked for. */
    readonly bodies: number;
  }
  const cases: readonly Case[] = [
    { where: "createAgent", bodies: 3, run: createAgentInvoke },
    {
      where: "createAgent with a middleware around its tool calls",
      bodies: 3,
      run: agentWith(passThrough),
    },
    {
      where: "createAgent with two of them",
      bodies: 3,
      run: agentWith(passThrough, createMiddleware({ ...passThrough, name: "Another" })),
    },
    {
      where: "createAgent with toolRetryMiddleware",
      bodies: 3,
      run: agentWith(toolRetryMiddleware(retry)),
    },
    {
      where: "createAgent with toolRetryMiddleware that passes errors on",
      bodies: 3,
      run: agentWith(toolRetryMiddleware({ ...retry, onFailure: "error" })),
    },
    { where: "AgentExecutor", bodies: 5, run: executorInvoke },
    {
      where: "prebuilt ToolNode",
      bodies: 5,
      run: ({ callbacks, ...setup }) => toolNodeGraph(setup).invoke(question, { callbacks }),
    },
    {
      where: "prebuilt ToolNode that handles no errors",
      bodies: 5,
      run: ({ callbacks, ...setup }) =>
        toolNodeGraph(setup, { handleToolErrors: false }).invoke(question, { callbacks }),
    },
    { where: "a node written by hand", bodies: 5, run: handWritten },
  ];

  test.for(cases)("$where: $bodies bodies", async ({ run, bodies }) => {
    const used = useTool();
    const model = heedingModel();
    const { handler, events } = guarded();

    const { error, result } = await ending(() =>
      run({ model, tools: [used.tool], callbacks: [handler] }),
    );

    expect(error).toBeUndefined();
    expect(JSON.stringify(result)).toContain("It is 8080.");
    expect([model.callCount, used.ran.length]).toEqual([6, bodies]);
    expect(events.filter(({ type }) => type === "block")).toHaveLength(2);
    expect(unhandled).toEqual([]);
  });

  test.for(cases)("$where: a model that does not heed is stopped", async ({ run, bodies }) => {
    const used = useTool();
    const model = loopingModel();
    const { handler } = guarded();

    const { stop } = await ending(() => run({ model, tools: [used.tool], callbacks: [handler] }));

    expect(stop?.reason).toBe("loop");
    expect([model.callCount, used.ran.length]).toEqual([6, bodies]);
  });

  test("a tool that another tool calls runs: no model would read the refusal", async () => {
    const inner = useTool();
    // the outer call is a new one each time, what it brings is not
    const outer = named("ask", async () => inner.tool.invoke({ q: "a" }));
    const model = scriptedModel((turn) =>
      turn <= 8 ? [{ name: "ask", args: { q: `question ${turn}` } }] : "Done.",
    );
    const { handler } = guarded();

    const { error } = await ending(() =>
      createAgentInvoke({ model, tools: [outer], callbacks: [handler] }),
    );

    expect(error).toBeUndefined();
    expect(inner.ran).toHaveLength(8);
  });

  test("a tool that calls another one in a loop of its own is stopped", async () => {
    const inner = useTool();
    const outer = named("ask", async () => {
      for (;;) await inner.tool.invoke({ q: "a" });
    });
    const model = scriptedModel(() => [{ name: "ask", args: { q: "all" } }]);
    const { handler } = guarded();

    const { stop } = await ending(() =>
      createAgentInvoke({ model, tools: [outer], callbacks: [handler] }),
    );

    expect(stop?.finding.tool).toBe("use");
    expect([model.callCount, inner.ran.length]).toEqual([1, 5]);
  });
});

describe("a round that stops the run", () => {
  const five = [use("a"), use("b"), use("c"), use("d"), use("e")];

  test.for([
    ["createAgent", createAgentInvoke],
    ["AgentExecutor", executorInvoke],
  ] as const)("%s: guard runs no tool of the batch", async ([, run]) => {
    const used = useTool();
    // A, A, then a batch whose last call is the third A
    const model = scriptedModel((turn) =>
      turn <= 2 ? [use("x")] : [...five.slice(0, 4), use("x")],
    );
    const { handler } = guarded({ preset: "strict" });

    const { stop } = await ending(() => run({ model, tools: [used.tool], callbacks: [handler] }));

    expect(stop?.reason).toBe("loop");
    expect(model.callCount).toBe(3);
    expect(used.ran).toEqual(["x", "x"]);
  });
});

test("observing, nothing is refused and the events say what would have been", async () => {
  const used = useTool();
  const model = scriptedModel((turn) => (turn <= 8 ? [use()] : "It is 8080."));
  const { handler, events } = guarded({ mode: "observe" });

  const { error } = await ending(() =>
    createAgentInvoke({ model, tools: [used.tool], callbacks: [handler] }),
  );

  expect(error).toBeUndefined();
  expect(used.ran).toHaveLength(8);
  expect(events.filter((event) => "observed" in event && event.observed)).toMatchObject([
    { type: "warn" },
    { type: "block" },
    { type: "block" },
    { type: "transition", from: "closed", to: "open" },
    { type: "trip" },
  ]);
});

/** A tool node as people write it themselves. */
function handWritten({ model, tools, callbacks }: Setup): Promise<unknown> {
  const toolOf = (name: string): StructuredToolInterface =>
    tools.find((candidate) => candidate.name === name)!;
  return new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", async ({ messages }, config) => {
      const { tool_calls: calls = [] } = messages.at(-1) as AIMessage;
      return {
        messages: await Promise.all(calls.map((call) => toolOf(call.name).invoke(call, config))),
      };
    })
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition)
    .addEdge("tools", "agent")
    .compile()
    .invoke(question, { callbacks });
}
