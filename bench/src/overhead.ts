// What guard costs a healthy agent: `npm run bench:overhead [-- --json]`. A run of forty steps without
// repetition, at a model that takes 5 ms, with and without guard in turn. A figure is the median of
// 20 such pairs; everything else on the machine hits both halves of a pair alike.
import { performance } from "node:perf_hooks";
import { createRegistry, type Registry } from "@guard/core";
import { GuardCallbackHandler } from "@guard/langchain";
import { guardMiddleware } from "@guard/langchain/middleware";
import {
  GuardGraphHandler,
  guardToolNode,
  onNodeError,
  routeOnTrip,
  tripNode,
} from "@guard/langgraph";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { useTool } from "guard-test-support/langchain";
import { createAgent, createMiddleware, type AgentMiddleware } from "langchain";
import { SlowModel } from "./slow-model.ts";

const steps = 40;
const modelMs = 5;
const pairs = 20;
const warmUps = 10;
const target = 2;

const question = { messages: "Find the port." };
const limit = { recursionLimit: 200 };

/** One agent in two forms. */
interface Subject {
  readonly name: string;
  readonly without: () => Promise<unknown>;
  readonly with: () => Promise<unknown>;
}

/** What LangChain itself spends on a handler that does nothing. */
class IdleHandler extends BaseCallbackHandler {
  readonly name = "idle";
  override raiseError = true;
  override awaitHandlers = true;
  override handleChainStart(): void {}
  override handleChainEnd(): void {}
  override handleChatModelStart(): void {}
  override handleLLMEnd(): void {}
  override handleToolStart(): void {}
  override handleToolEnd(): void {}
}

const subjects: readonly Subject[] = [
  {
    name: "createAgent, a handler that does nothing",
    without: () => agent([]),
    with: () => agent([new IdleHandler()]),
  },
  {
    name: "createAgent, a handler and a middleware that do nothing",
    without: () => agent([]),
    with: () => agent([new IdleHandler()], [idleMiddleware]),
  },
  {
    name: "createAgent, guard's handler",
    without: () => agent([]),
    with: () => agent([new GuardCallbackHandler(registry())]),
  },
  {
    name: "createAgent, guard's handler and middleware",
    without: () => agent([]),
    with: () => guardedAgent(registry()),
  },
  {
    name: "StateGraph, all of @guard/langgraph",
    without: () => graph(),
    with: () => guardedGraph(registry()),
  },
];

const idleMiddleware = createMiddleware({
  name: "Idle",
  wrapModelCall: (request, next) => next(request),
});

const registry = () => createRegistry({ budget: { modelCalls: 100 } });

function halves() {
  return { model: new SlowModel(steps, modelMs), tools: [useTool().tool] };
}

function agent(callbacks: BaseCallbackHandler[], middleware: AgentMiddleware[] = []) {
  return createAgent({ ...halves(), middleware }).invoke(question, { ...limit, callbacks });
}

function guardedAgent(source: Registry) {
  return agent([new GuardCallbackHandler(source)], [guardMiddleware(source)]);
}

function graph() {
  const { model, tools } = halves();
  return new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", new ToolNode(tools))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition, ["tools", END])
    .addEdge("tools", "agent")
    .compile()
    .invoke(question, limit);
}

function guardedGraph(source: Registry) {
  const { model, tools } = halves();
  return new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", guardToolNode(source, tools))
    .addNode("stopped", tripNode(source))
    .addEdge(START, "agent")
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(source, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
    )
    .addEdge("tools", "agent")
    .addEdge("stopped", END)
    .setNodeDefaults({ errorHandler: onNodeError(source, { error: "stopped" }) })
    .compile()
    .invoke(question, { ...limit, callbacks: [new GuardGraphHandler(source)] });
}

/** How long a run takes, in milliseconds. */
async function timed(run: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}

async function measure({ name, ...subject }: Subject) {
  const all: { without: number; with: number }[] = [];
  for (let pair = 0; pair < warmUps + pairs; pair += 1) {
    const order = pair % 2 === 0 ? (["without", "with"] as const) : (["with", "without"] as const);
    const times = { without: 0, with: 0 };
    for (const half of order) times[half] = await timed(subject[half]);
    all.push(times);
  }
  const measured = all.slice(warmUps);
  const extra = 100 * (median(measured.map((times) => times.with / times.without)) - 1);
  return {
    measure: name,
    withoutMs: median(measured.map((times) => times.without)),
    withMs: median(measured.map((times) => times.with)),
    extraPercent: extra,
    target: `at most ${target} %`,
    holds: extra <= target,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.floor(half - 0.5)]! + sorted[Math.floor(half)]!) / 2;
}

const isJson = process.argv.includes("--json");
for (const subject of subjects) {
  const figures = await measure(subject);
  if (isJson) console.log(JSON.stringify(figures));
  else {
    const { withoutMs, withMs, extraPercent } = figures;
    const [before, after] = [withoutMs.toFixed(0), withMs.toFixed(0)];
    console.log(
      `${subject.name}: ${before} ms, with it ${after} ms: ${extraPercent.toFixed(1)} % more`,
    );
  }
}
