// What guard costs a healthy agent: `npm run bench:overhead [-- --json]`. A run of forty steps without
// repetition, at a model that takes 5 ms: as it is, with handlers and middlewares that do nothing, and with
// guard's in their place. The three take turns, so that everything else on the machine hits all of them
// alike; a figure is the median of 20 turns.
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
import { z } from "zod";
import { measureCoreStep } from "./core-step.ts";
import { median } from "./median.ts";
import { SlowModel } from "./slow-model.ts";

const steps = 40;
const modelMs = 5;
const turns = 20;
const warmUps = 10;
const target = 2;

const question = { messages: "Find the port." };
const limit = { recursionLimit: 200 };

/** One agent in three forms. */
interface Subject {
  readonly name: string;
  readonly bare: () => Promise<unknown>;
  /** With as many handlers and middlewares as guard brings: what LangChain itself spends on them. */
  readonly idle: () => Promise<unknown>;
  readonly guarded: () => Promise<unknown>;
}

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
    name: "createAgent, the handler",
    bare: () => agent([]),
    idle: () => agent([new IdleHandler()]),
    guarded: () => agent([new GuardCallbackHandler(registry())]),
  },
  {
    name: "createAgent, handler and middleware",
    bare: () => agent([]),
    idle: () => agent([new IdleHandler()], [idleMiddleware]),
    guarded: () => guardedAgent(registry()),
  },
  {
    name: "StateGraph, all of @guard/langgraph",
    bare: () => graph([]),
    idle: () => graph([new IdleHandler()]),
    guarded: () => guardedGraph(registry()),
  },
];

/** With a key in the agent's state, as guard's has one. */
const idleMiddleware = createMiddleware({
  name: "Idle",
  stateSchema: z.object({ _idle: z.string().optional() }),
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

function graph(callbacks: BaseCallbackHandler[]) {
  const { model, tools } = halves();
  return new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", new ToolNode(tools))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition, ["tools", END])
    .addEdge("tools", "agent")
    .compile()
    .invoke(question, { ...limit, callbacks });
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
  const forms = ["bare", "idle", "guarded"] as const;
  const all: Record<(typeof forms)[number], number>[] = [];
  for (let turn = 0; turn < warmUps + turns; turn += 1) {
    const times = { bare: 0, idle: 0, guarded: 0 };
    const order = turn % 2 === 0 ? forms : forms.toReversed();
    for (const form of order) times[form] = await timed(subject[form]);
    all.push(times);
  }
  const measured = all.slice(warmUps);
  const ms = (form: (typeof forms)[number]) => median(measured.map((times) => times[form]));
  const extra = (of: "idle" | "guarded", over: "bare" | "idle") =>
    100 * (median(measured.map((times) => times[of] / times[over])) - 1);
  const extraPercent = extra("guarded", "bare");
  return {
    measure: name,
    bareMs: ms("bare"),
    idleMs: ms("idle"),
    guardedMs: ms("guarded"),
    extraPercent,
    /** Of that, what handlers and middlewares cost that do nothing. */
    idlePercent: extra("idle", "bare"),
    /** What guard itself costs. */
    ownPercent: extra("guarded", "idle"),
    target: `extraPercent: at most ${target} %`,
    holds: extraPercent <= target,
  };
}

const isJson = process.argv.includes("--json");
for (const subject of subjects) {
  const figures = await measure(subject);
  if (isJson) console.log(JSON.stringify(figures));
  else {
    const { bareMs, idleMs, guardedMs, extraPercent, idlePercent, ownPercent } = figures;
    const times = [bareMs, idleMs, guardedMs].map((ms) => `${ms.toFixed(0)} ms`).join(", ");
    const [extra, idle, own] = [extraPercent, idlePercent, ownPercent].map((p) => p.toFixed(1));
    console.log(`${subject.name}: ${times}: ${extra} % more, ${idle} % idle, ${own} % guard's own`);
  }
}

const core = await measureCoreStep();
const [loop, paused] = [core.loopUs, core.pausedUs].map((us) => us.toFixed(0));
console.log(
  isJson
    ? JSON.stringify(core)
    : `${core.measure}: ${loop} µs a step in a loop, ${paused} µs after a pause of 5 ms`,
);
