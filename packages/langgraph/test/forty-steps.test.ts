// A run of forty steps that only makes progress: compared whole with the same run without guard.
import { createRegistry, type Registry } from "@guard/core";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { readAll } from "guard-test-support";
import { scriptedModel, use, useTool } from "guard-test-support/langchain";
import { beforeAll, describe, expect, test } from "vitest";
import {
  guardGraph,
  GuardGraphHandler,
  guardNode,
  guardToolNode,
  routeOnTrip,
  tripNode,
} from "../src/index.ts";
import { question } from "./support/graphs.ts";

const steps = 40;
const limit = { recursionLimit: 100 };

type State = typeof MessagesAnnotation.State;

/** The agent's two halves, made anew for every run. */
function halves() {
  const model = scriptedModel((turn) => (turn <= steps ? [use(`file ${turn}`)] : "Done."));
  const { tool, ran } = useTool();
  const agent = async ({ messages }: State) => ({ messages: [await model.invoke(messages)] });
  return { agent, tool, ran };
}

/** The graph of a user who does not know guard. */
function plain() {
  const { agent, tool, ran } = halves();
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", agent)
    .addNode("tools", new ToolNode([tool]))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition, ["tools", END])
    .addEdge("tools", "agent")
    .compile();
  return { graph, ran };
}

function withHandler(registry: Registry) {
  const { graph, ran } = plain();
  return { graph: graph.withConfig({ callbacks: [new GuardGraphHandler(registry)] }), ran };
}

function withGuardGraph(registry: Registry) {
  const { graph, ran } = plain();
  return { graph: guardGraph(graph, registry), ran };
}

/** The same with an error node and everything of guard's that leads there. */
function withErrorNode(registry: Registry) {
  const { agent, tool, ran } = halves();
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", guardNode(registry, agent))
    .addNode("tools", guardToolNode(registry, [tool]))
    .addNode("stopped", tripNode(registry))
    .addEdge(START, "agent")
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(registry, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
    )
    .addEdge("tools", "agent")
    .addEdge("stopped", END)
    .compile();
  return { graph: guardGraph(graph, registry), ran };
}

type Graph = Pick<ReturnType<typeof plain>["graph"], "invoke" | "stream" | "streamEvents">;

/** What can be read of a run. */
const readings: readonly (readonly [string, (graph: Graph) => Promise<unknown>])[] = [
  ["the result of invoke", (graph) => graph.invoke(question, limit)],
  [
    "stream of states, updates and messages",
    async (graph) =>
      readAll(
        await graph.stream(question, { ...limit, streamMode: ["values", "updates", "messages"] }),
      ),
  ],
  ["all events", (graph) => readAll(graph.streamEvents(question, { ...limit, version: "v2" }))],
];

describe.each(readings)("%s", (_, read) => {
  let without: unknown;
  beforeAll(async () => {
    without = await run(plain(), read);
  });

  test.for([
    ["the handler", withHandler],
    ["guardGraph", withGuardGraph],
    ["guardGraph, an error node, guarded nodes and routes", withErrorNode],
  ] as const)("is the same with %s", async ([, graphFor]) => {
    const registry = createRegistry({ budget: { modelCalls: 100, usd: 5 }, price: () => 0.001 });

    expect(await run(graphFor(registry), read)).toEqual(without);
  });
});

async function run(
  { graph, ran }: { graph: Graph; ran: readonly string[] },
  read: (typeof readings)[number][1],
) {
  const seen = comparable(await read(graph));
  expect(ran).toHaveLength(steps);
  return seen;
}

/**
 * Everything that was read, as data, without ids: these are made up anew for each run. What guard's own
 * nodes say for the channel `guard`, which these graphs don't have, is theirs alone.
 */
function comparable(seen: unknown): unknown {
  const known = JSON.stringify(seen, (key, value: unknown) => (key === "guard" ? undefined : value))
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "#")
    .replaceAll(/\bmodel-\d+-/g, "model-");
  return JSON.parse(known);
}
