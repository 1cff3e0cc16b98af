import type { BreakerSource } from "@guard/core";
import { guardChannel, guardGraph, routeOnTrip, tripNode } from "@guard/langgraph";
import { AIMessage } from "@langchain/core/messages";
import {
  Annotation,
  Command,
  END,
  entrypoint,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
  task,
} from "@langchain/langgraph";
import { createReactAgent, ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import type { Combination, Exit } from "../combination.ts";
import type { Framework } from "../framework.ts";
import type { Job } from "../job.ts";
import type { Scene } from "../scene.ts";
import { lastIn, parts, type HelperMaker, type Model } from "./langchain-parts.ts";
import { goesOn, mostAttempts, playWith, type Agent } from "./langchain-session.ts";

/** A graph that `guardGraph` guards, with an edge to an error node for each exit but `throw`. */
export const langgraphGraphs: Framework = {
  missing,
  play: (scene) => playWith(scene, scene.combination.way === "workflow" ? workflow : agent),
};

function missing({ way, exit }: Combination): string | undefined {
  if (way === "workflow" && exit !== "throw") {
    return "a workflow of tasks (`entrypoint`) has no edge to an error node: it ends in the error";
  }
  if (way === "network")
    return "LangGraph has no networks but graphs, in which agents are nodes or tools";
  return undefined;
}

const State = Annotation.Root({ ...MessagesAnnotation.spec, guard: guardChannel });
type Values = typeof State.State;

const helper: HelperMaker = (name, model, tools) => {
  const inner = createReactAgent({ llm: model, tools, name });
  return async (question) => {
    const messages = [{ role: "user", content: question }];
    return lastIn(await inner.invoke({ messages }))?.text;
  };
};

const tellsOf = (trip: string | undefined) => `The user's own node: ${trip}.`;

/** An error node of the user's own. */
const ownNode = async ({ guard }: Values) => ({
  messages: [new AIMessage(tellsOf(guard?.trip?.reason))],
});

/** Where the error edge leads, by exit; without one a trip is thrown. */
const errorNodes = {
  throw: () => undefined,
  finish: (source: BreakerSource) => tripNode(source),
  "wind-down": (source: BreakerSource, windDown: Model) => tripNode(source, { windDown }),
  route: () => ownNode,
  ask: (source: BreakerSource) => tripNode(source, { approved: "agent" }),
} satisfies Readonly<Record<Exit, unknown>>;

/** A node that retries every failure at once. */
const eager = { maxAttempts: mostAttempts, initialInterval: 0, jitter: false, retryOn: () => true };

function graphOf(scene: Scene, source: BreakerSource) {
  const { way, exit } = scene.combination;
  const { model, spare, tools } = parts(scene, source, helper);
  const asked = way === "fallback model" ? model.withFallbacks([spare]) : model;
  const options = way === "retry" ? { retryPolicy: eager } : {};
  const askModel = async ({ messages }: Values) => ({ messages: [await asked.invoke(messages)] });
  const errorNode = errorNodes[exit](source, model);
  const plain = new StateGraph(State)
    .addNode("agent", askModel, options)
    .addNode("tools", new ToolNode(tools), options)
    .addEdge(START, "agent")
    .addEdge("tools", "agent");
  if (errorNode === undefined) return plain.addConditionalEdges("agent", toolsCondition);
  const ends = exit === "ask" ? { ends: ["agent", END] } : {};
  const routed = plain
    .addNode("stopped", errorNode, ends)
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(source, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
    );
  if (exit !== "ask") routed.addEdge("stopped", END);
  return routed;
}

function agent(scene: Scene, job: Job | undefined): Agent {
  const source = scene.registry(job);
  const checkpointer = goesOn(scene) ? new MemorySaver() : undefined;
  const built = graphOf(scene, source);
  const graph = guardGraph(
    built.compile(checkpointer === undefined ? {} : { checkpointer }),
    source,
  );
  return {
    input: ({ text }) => ({ messages: [{ role: "user", content: text }] }),
    invoke: (input, config) => graph.invoke(input as never, config),
    stream: (input, config) => graph.stream(input as never, config),
    batch: (inputs, configs) => graph.batch(inputs as never[], configs, { returnExceptions: true }),
    runOn: async (config) => {
      const isPending = (await graph.getState(config)).next.length > 0;
      return graph.invoke(isPending ? null : { messages: [] }, config);
    },
    decide: (resume, config) => graph.invoke(new Command({ resume }), config),
    routed: (state, trip) => {
      const { guard } = state as Values;
      return lastIn(state)?.text === tellsOf(trip) && guard?.trip?.reason === trip;
    },
  };
}

/** Tasks in a loop of the user's, which goes on after every error. The task that asks the agent is retried as well. */
function workflow(scene: Scene, job: Job | undefined): Agent {
  const source = scene.registry(job);
  const { model, tools } = parts(scene, source, helper);
  const colleague = helper("colleague", model, tools);
  // LangGraph prints a line for each retry: those of a workflow that it has left say nothing.
  const retry = { ...eager, retryOn: ({ name }: Error) => name !== "AbortError" };
  const ask = task({ name: "ask", retry }, async (q: string) => colleague(q, {}));
  const tasks = entrypoint({ name: "workflow" }, async (q: string) => {
    for (let round = 1; round <= 3; round += 1) await ask(q).catch(() => undefined);
    return "It is 8080.";
  });
  const made = guardGraph(tasks, source);
  return {
    input: ({ text }) => text,
    invoke: (input, config) => made.invoke(input as string, config),
    stream: (input, config) => made.stream(input as string, config),
    batch: (inputs, configs) => made.batch(inputs as string[], configs),
  };
}
