// A loop inside a subgraph: as a node, called by a node, or called by a tool. The trip is answered by the
// subgraph's own error node, else by that of the graph around it, and nothing starts after it.
import { createRegistry } from "@guard/core";
import { END, START, StateGraph } from "@langchain/langgraph";
import { toolsCondition } from "@langchain/langgraph/prebuilt";
import { ending, listen } from "guard-test-support";
import { scriptedModel, use, useTool, type Answer } from "guard-test-support/langchain";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { describe, expect, test } from "vitest";
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

type State = typeof State.State;
type Place = "as a node" | "called by a node" | "called by a tool";

/** A registry, and what has started since it told of a trip. */
function watched() {
  const registry = createRegistry({ preset: "strict" });
  const events = listen(registry);
  const started: string[] = [];
  const late: string[] = [];
  const start = (what: string) => {
    started.push(what);
    if (events.some(({ type }) => type === "trip")) late.push(what);
  };
  const model = (name: string, script: (turn: number) => Answer) =>
    scriptedModel((turn) => {
      start(name);
      return script(turn);
    }, name);
  return { registry, events, started, late, start, model };
}
type Watched = ReturnType<typeof watched>;

interface Subgraph {
  readonly hasErrorNode: boolean;
  readonly name?: string;
}

/** The subgraph: an agent that asks for the same call again and again. */
function subgraph({ registry, start, model }: Watched, { hasErrorNode, name }: Subgraph) {
  const named = name === undefined ? {} : { name };
  const looping = model("inner model", () => [use()]);
  const { tool } = useTool((q) => {
    start("inner tool");
    return `${q} is there`;
  });
  const builder = new StateGraph(State)
    .addNode(
      "researcher",
      guardNode(registry, async ({ messages }: State) => ({
        messages: [await looping.invoke(messages)],
      })),
    )
    .addNode("tools", guardToolNode(registry, [tool]))
    .addEdge(START, "researcher")
    .addEdge("tools", "researcher");
  if (!hasErrorNode) {
    return builder.addConditionalEdges("researcher", toolsCondition).compile(named);
  }
  return builder
    .addNode("inner_stopped", tripNode(registry, { answer: () => "The subgraph was stopped." }))
    .addConditionalEdges(
      "researcher",
      ...routeOnTrip(registry, { error: "inner_stopped", next: toolsCondition }),
    )
    .addEdge("inner_stopped", END)
    .compile(named);
}

/** The graph around it: `work` is or calls the subgraph, and `boss` is asked before or after it. */
function graphAround(watch: Watched, place: Place, inner: ReturnType<typeof subgraph>) {
  const { registry, model } = watch;
  const callsTool = place === "called by a tool";
  const boss = model("outer model", (turn) =>
    turn === 1 && callsTool ? [{ name: "research", args: { q: "port" } }] : "It is 8080.",
  );
  const { tool: research } = useTool(
    async () => (await inner.invoke(question)).messages.at(-1)?.text,
    "research",
  );
  const works = {
    "as a node": inner,
    "called by a node": async (state: State) => inner.invoke(state),
    "called by a tool": guardToolNode(registry, [research]),
  };
  return new StateGraph(State)
    .addNode(
      "boss",
      guardNode(registry, async ({ messages }: State) => ({
        messages: [await boss.invoke(messages)],
      })),
    )
    .addNode("work", works[place])
    .addEdge(START, callsTool ? "boss" : "work");
}

const afterBoss = (state: State) => (toolsCondition(state) === END ? END : "work");

/** The graph around it with an error node. */
function routing(watch: Watched, place: Place, inner: ReturnType<typeof subgraph>) {
  const { registry } = watch;
  const error = "stopped";
  const graph = graphAround(watch, place, inner)
    .addNode("stopped", tripNode(registry, { answer: () => "The graph was stopped." }))
    .addConditionalEdges("work", ...routeOnTrip(registry, { error, next: "boss" }))
    .addConditionalEdges("boss", ...routeOnTrip(registry, { error, next: afterBoss }))
    .addEdge("stopped", END)
    .compile();
  return guardGraph(graph, registry);
}

/** The graph around it without one. */
function plain(watch: Watched, place: Place, inner: ReturnType<typeof subgraph>) {
  return graphAround(watch, place, inner)
    .addEdge("work", "boss")
    .addConditionalEdges("boss", afterBoss)
    .compile()
    .withConfig({ callbacks: [new GuardGraphHandler(watch.registry)] });
}

const places = ["as a node", "called by a node", "called by a tool"] as const;
const inSubgraph = ["inner model", "inner tool", "inner model", "inner tool", "inner model"];
const startedIn = (place: Place) =>
  place === "called by a tool" ? ["outer model", ...inSubgraph] : inSubgraph;

describe.each(places)("%s", (place) => {
  test("an error node of its own answers; the graph around it only where a tool gave that back", async () => {
    const watch = watched();
    const { result, error } = await ending(() =>
      routing(watch, place, subgraph(watch, { hasErrorNode: true })).invoke(question),
    );
    expect(error).toBeUndefined();
    expect(watch).toMatchObject({ started: startedIn(place), late: [] });
    const texts = result?.messages.map(({ text }) => text);
    expect(texts).toContain("The subgraph was stopped.");
    // what a tool gives back is no answer to the user
    expect(texts?.includes("The graph was stopped.")).toBe(place === "called by a tool");
    expect(result?.guard?.trip?.reason).toBe("loop");
  });

  test("without one the error node of the graph around it answers", async () => {
    const watch = watched();
    const { result, error } = await ending(() =>
      routing(watch, place, subgraph(watch, { hasErrorNode: false })).invoke(question),
    );
    expect(error).toBeUndefined();
    expect(watch).toMatchObject({ started: startedIn(place), late: [] });
    expect(result?.messages.at(-1)?.text).toBe("The graph was stopped.");
    expect(result?.guard?.trip?.reason).toBe("loop");
  });

  test.for([true, false])(
    "in a graph that has none the run rejects, and asks no model: with one of its own: %s",
    async (hasErrorNode) => {
      const watch = watched();
      const { stop } = await ending(() =>
        plain(watch, place, subgraph(watch, { hasErrorNode })).invoke(question),
      );
      expect(watch).toMatchObject({ started: startedIn(place), late: [] });
      expect(stop?.code).toBe("GUARD_CIRCUIT_OPEN");
      expect(unhandled).toEqual([]);
    },
  );

  test("the trip is told once", async () => {
    const watch = watched();
    await routing(watch, place, subgraph(watch, { hasErrorNode: true })).invoke(question);
    expect(watch.events.filter(({ type }) => type === "trip")).toHaveLength(1);
  });
});

describe("the lane of a subgraph has the name of", () => {
  test.for([
    { place: "as a node", name: undefined, lane: "work" },
    { place: "as a node", name: "library", lane: "library" },
    { place: "called by a node", name: undefined, lane: "work" },
    { place: "called by a node", name: "library", lane: "library" },
    { place: "called by a tool", name: undefined, lane: "agent" },
    { place: "called by a tool", name: "library", lane: "library" },
  ] as const)("$lane, $place, named $name", async ({ place, name, lane }) => {
    const watch = watched();
    const inner = subgraph(watch, { hasErrorNode: false, ...(name === undefined ? {} : { name }) });
    const { guard } = await routing(watch, place, inner).invoke(question);
    expect(guard?.trip?.finding).toMatchObject({ agent: lane, tool: "use" });
  });
});
