// How a graph answers its trip: with words of its error node, with its model's from one granted call, or by
// an error node of its author.
import { createRegistry, type GuardOptions } from "@guard/core";
import { AIMessage, SystemMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { END, MemorySaver, START, StateGraph } from "@langchain/langgraph";
import { createReactAgent, ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { ending } from "guard-test-support";
import { scriptedModel, use, useTool, type Answer } from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  guardGraph,
  GuardGraphHandler,
  guardNode,
  guardToolNode,
  routeOnTrip,
  tripNode,
} from "../src/index.ts";
import { question, State } from "./support/graphs.ts";

quietHandlerErrors();

type Script = (turn: number, messages: readonly BaseMessage[]) => Answer;

const loops: Script = () => [use()];
const spends: Script = (turn) => [use(`file ${turn}`)];
const stops = /^This task was stopped: /;

/** A graph whose error node winds down with a model of its own. */
function graphOf(
  options: GuardOptions,
  script: Script,
  lastScript: Script = () => "Not found.",
  registry = createRegistry(options),
) {
  const model = scriptedModel(script);
  const last = scriptedModel(lastScript);
  const { tool: used, ran } = useTool();
  const built = new StateGraph(State)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", new ToolNode([used]))
    .addNode("stopped", tripNode(registry, { windDown: last }))
    .addEdge(START, "agent")
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(registry, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
    )
    .addEdge("tools", "agent")
    .addEdge("stopped", END)
    .compile({ checkpointer: new MemorySaver() });
  const graph = guardGraph(built, registry).withConfig({ recursionLimit: 100 });
  return { graph, model, last, ran };
}

const thread = { configurable: { thread_id: "1" } };

/** Ids of tool calls that nothing answers. */
function unanswered(messages: readonly BaseMessage[]): readonly string[] {
  const answered = messages.map(
    (message) => ToolMessage.isInstance(message) && message.tool_call_id,
  );
  return messages
    .flatMap((message) => (AIMessage.isInstance(message) ? (message.tool_calls ?? []) : []))
    .map(({ id = "" }) => id)
    .filter((id) => !answered.includes(id));
}

describe.each([
  { trip: "a loop", options: {}, script: loops, calls: 6, bodies: 3, code: "GUARD_CIRCUIT_OPEN" },
  {
    trip: "a budget",
    options: { budget: { modelCalls: 3 } },
    script: spends,
    calls: 3,
    bodies: 3,
    code: "GUARD_BUDGET_EXCEEDED",
  },
])("$trip", ({ options, script, calls, bodies, code }) => {
  test("finish: the error node's words, and no further call", async () => {
    const { graph, model, last, ran } = graphOf({ ...options, onTrip: "finish" }, script);

    const { messages } = await graph.invoke(question, thread);

    expect(messages.at(-1)?.text).toMatch(stops);
    expect(messages.at(-1)?.response_metadata["guard"]).toBe(code);
    expect(unanswered(messages)).toEqual([]);
    expect([model.callCount, last.callCount, ran.length]).toEqual([calls, 0, bodies]);
  });

  test("wind-down: one granted call gives the answer, over closed tool calls", async () => {
    const { graph, model, last, ran } = graphOf({ ...options, onTrip: "wind-down" }, script);

    const { messages } = await graph.invoke(question, thread);

    expect(messages.at(-1)?.text).toBe("Not found.");
    expect(messages.at(-1)?.response_metadata["guard"]).toBe(code);
    expect([model.callCount, last.callCount, ran.length]).toEqual([calls, 1, bodies]);
    const request = last.calls[0]!.messages;
    expect(unanswered(request)).toEqual([]);
    expect(request.filter((message) => SystemMessage.isInstance(message))).toEqual([request[0]]);
    expect(request[0]?.text).toMatch(stops);
  });
});

describe("wind-down", () => {
  test("a trip has one last message, however often the thread goes on", async () => {
    const { graph, model, last } = graphOf({ onTrip: "wind-down" }, loops);
    await graph.invoke(question, thread);

    const again = await graph.invoke({ messages: "And now?" }, thread);
    await graph.invoke(null, thread);

    expect(again.messages.at(-1)?.text).toMatch(stops);
    expect([model.callCount, last.callCount]).toEqual([6, 1]);
  });

  test("an operator stops the run: no last call, and the thread goes on when the stop is lifted", async () => {
    const options = { onTrip: "wind-down" } as const;
    const registry = createRegistry(options);
    const said = { by: "ops", why: "incident" };
    let stop: ReturnType<typeof registry.stop> | undefined;
    const script: Script = (turn) => {
      if (turn > 1) return "It is 8080.";
      stop = registry.stop({}, said);
      return [use()];
    };
    const { graph, model, last, ran } = graphOf(options, script, undefined, registry);

    for (const asked of [question, { messages: "And now?" }]) {
      const { messages } = await graph.invoke(asked, thread);
      expect(messages.at(-1)?.text).toContain("an operator stopped it");
      expect([model.callCount, last.callCount, ran.length]).toEqual([1, 0, 0]);
    }
    stop?.lift(said);

    const { messages } = await graph.invoke({ messages: "And now?" }, thread);
    expect(messages.at(-1)?.text).toBe("It is 8080.");
    expect([model.callCount, last.callCount]).toEqual([2, 0]);
  });

  test.for<readonly [string, Script]>([
    ["asks for a tool all the same", loops],
    ["says nothing", () => ""],
    [
      "fails",
      () => {
        throw new Error("the model is down");
      },
    ],
  ])("where the model %s, the node's own words are the answer", async ([, lastScript]) => {
    const { graph, last } = graphOf({ onTrip: "wind-down" }, loops, lastScript);

    const { messages } = await graph.invoke(question, thread);

    expect(messages.at(-1)?.text).toMatch(stops);
    expect(unanswered(messages)).toEqual([]);
    expect(last.callCount).toBe(1);
  });

  test("the last call may use the budget's finalAnswer", async () => {
    const budget = { modelCalls: 4, finalAnswer: { modelCalls: 1 } };
    const { graph, model, last } = graphOf({ onTrip: "wind-down", budget }, spends);

    const { messages, guard } = await graph.invoke(question, thread);

    expect(messages.at(-1)?.text).toBe("Not found.");
    expect([model.callCount, last.callCount]).toEqual([3, 1]);
    expect(guard?.trip?.reason).toBe("budget");
  });

  test.for([
    { first: "the error node", branches: ["stopped", "agent"] },
    { first: "the agent", branches: ["agent", "stopped"] },
  ] as const)("$first first: a branch beside the error node can't take its call", async (row) => {
    const registry = createRegistry({ onTrip: "wind-down", budget: { modelCalls: 0 } });
    const model = scriptedModel(() => "never");
    const last = scriptedModel(() => "Not found.");
    const graph = new StateGraph(State)
      .addNode("start", async ({ messages }) => {
        await model.invoke(messages).catch(() => {});
        return {};
      })
      .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addNode("stopped", tripNode(registry, { windDown: last }))
      .addEdge(START, "start")
      .addConditionalEdges("start", () => [...row.branches], ["agent", "stopped"])
      .addEdge("agent", END)
      .addEdge("stopped", END)
      .compile();

    const { messages } = await guardGraph(graph, registry).invoke(question);

    expect([model.callCount, last.callCount]).toEqual([0, 1]);
    expect(messages.map(({ text }) => text)).toEqual(["Find the port.", "Not found."]);
  });

  test("a graph inside a tool leaves the last call to the graph around it", async () => {
    const registry = createRegistry({ onTrip: "wind-down" });
    const inner = scriptedModel(loops, "inner");
    const innerLast = scriptedModel(() => "Inner.");
    const outer = scriptedModel((turn) => [{ name: "ask", args: { q: `topic ${turn}` } }], "outer");
    const outerLast = scriptedModel(() => "Outer.");
    const build = (model: typeof inner, last: typeof inner, tools: ToolNode["tools"]) => {
      const built = new StateGraph(State)
        .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
        .addNode("tools", new ToolNode(tools))
        .addNode("stopped", tripNode(registry, { windDown: last }))
        .addEdge(START, "agent")
        .addConditionalEdges(
          "agent",
          ...routeOnTrip(registry, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
        )
        .addEdge("tools", "agent")
        .addEdge("stopped", END)
        .compile();
      return guardGraph(built, registry);
    };
    const research = build(inner, innerLast, [useTool().tool]);
    const ask = tool(
      async ({ q }) => (await research.invoke({ messages: q })).messages.at(-1)?.text,
      { name: "ask", description: "Asks.", schema: z.object({ q: z.string() }) },
    );
    const graph = build(outer, outerLast, [ask]);

    const { messages } = await graph.invoke(question);

    expect(messages.map((message) => message.text)).toContainEqual(expect.stringMatching(stops));
    expect(messages.at(-1)?.text).toBe("Outer.");
    expect([innerLast.callCount, outerLast.callCount]).toEqual([0, 1]);
  });
});

test.for(["throw", "finish", "wind-down", "route"] as const)(
  "a graph without an error node rejects, with onTrip %s",
  async (onTrip) => {
    const registry = createRegistry({ preset: "strict", onTrip });
    const model = scriptedModel(loops);
    const { tool: used, ran } = useTool();
    const graph = createReactAgent({ llm: model, tools: [used] });

    const { stop } = await ending(() =>
      graph.invoke(question, { callbacks: [new GuardGraphHandler(registry)] }),
    );

    expect(stop?.code).toBe("GUARD_CIRCUIT_OPEN");
    expect([model.callCount, ran.length]).toEqual([3, 2]);
  },
);

describe("an error node of the graph's author", () => {
  test.for(["throw", "route"] as const)("it ends the run, with onTrip %s", async (onTrip) => {
    const registry = createRegistry({ onTrip });
    const model = scriptedModel(loops);
    const graph = new StateGraph(State)
      .addNode(
        "agent",
        guardNode(registry, async ({ messages }: typeof State.State) => ({
          messages: [await model.invoke(messages)],
        })),
      )
      .addNode("tools", guardToolNode(registry, [useTool().tool]))
      .addNode("own", ({ guard }) => ({ messages: [new AIMessage(`own: ${guard?.trip?.reason}`)] }))
      .addEdge(START, "agent")
      .addConditionalEdges(
        "agent",
        ...routeOnTrip(registry, { error: "own", next: toolsCondition, to: ["tools", END] }),
      )
      .addEdge("tools", "agent")
      .addEdge("own", END)
      .compile();

    const { result, error } = await ending(() =>
      graph.invoke(question, { callbacks: [new GuardGraphHandler(registry)] }),
    );

    expect(error).toBeUndefined();
    expect(result?.messages.at(-1)?.text).toBe("own: loop");
    expect(model.callCount).toBe(6);
  });
});
