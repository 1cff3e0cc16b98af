// The time that guard adds to a healthy agent: `npm run bench:overhead [-- --json --turns 80]`. A run has forty steps
// without repetition, and its model takes 5 ms. The run is measured without guard, again without guard (this shows how
// far the figures scatter), with handlers and middlewares that do nothing, and with guard's. The forms take turns, so
// other work on the machine slows all of them alike. A figure is the median of 20 turns, or of `--turns`.
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { createRegistry, type Registry } from "@guard/core";
import { GuardCallbackHandler, guardMiddleware } from "@guard/langchain";
import { guardGraph, routeOnTrip, tripNode } from "@guard/langgraph";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { useTool } from "guard-test-support/langchain";
import { createAgent, createMiddleware, type AgentMiddleware } from "langchain";
import { z } from "zod";
import { measureCoreStep } from "./core-step.ts";
import { measureLimitSteps } from "./limit-step.ts";
import { median } from "./median.ts";
import { SlowModel } from "./slow-model.ts";

const { values: options } = parseArgs({
  options: { json: { type: "boolean" }, turns: { type: "string", default: "20" } },
});
const turns = Number(options.turns);

const steps = 40;
const modelMs = 5;
const warmUps = 10;
const asIs = "as it is";
const target = 2;

const question = { messages: "Find the port." };
const limit = { recursionLimit: 200 };

/** One agent, as it is and in other forms. */
interface Subject {
  readonly name: string;
  readonly asItIs: () => Promise<unknown>;
  readonly forms: Readonly<Record<string, () => Promise<unknown>>>;
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

class DeafHandler extends IdleHandler {
  override ignoreChain = true;
  override ignoreLLM = true;
  override ignoreAgent = true;
}

const subjects: readonly Subject[] = [
  {
    name: "createAgent",
    asItIs: () => agent([]),
    forms: {
      "once more": () => agent([]),
      "a handler that ignores every event": () => agent([new DeafHandler()]),
      "an idle handler": () => agent([new IdleHandler()]),
      "guard's handler": () => agent([new GuardCallbackHandler(registry())]),
      "idle handler and middleware": () => agent([new IdleHandler()], [idleMiddleware]),
      "guard's handler and middleware": () => guardedAgent(registry()),
    },
  },
  {
    name: "StateGraph",
    asItIs: () => graph([]),
    forms: {
      "an idle handler": () => graph([new IdleHandler()]),
      "all of @guard/langgraph": () => guardedGraph(registry()),
    },
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
  const built = new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", new ToolNode(tools))
    .addNode("stopped", tripNode(source))
    .addEdge(START, "agent")
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(source, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
    )
    .addEdge("tools", "agent")
    .addEdge("stopped", END)
    .compile();
  return guardGraph(built, source).invoke(question, limit);
}

/** How long a run takes, in milliseconds. */
async function timed(run: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}

async function measure({ name, asItIs, forms }: Subject) {
  const all = { [asIs]: asItIs, ...forms };
  const ways = Object.entries(all);
  const times = new Map(ways.map(([form]): [string, number[]] => [form, []]));
  for (let turn = 0; turn < warmUps + turns; turn += 1) {
    for (const [form, run] of turn % 2 === 0 ? ways : ways.toReversed()) {
      const ms = await timed(run);
      if (turn >= warmUps) times.get(form)!.push(ms);
    }
  }
  const bare = times.get(asIs)!;
  return [...times].map(([form, own]) => {
    const extraPercent = 100 * (median(own.map((ms, turn) => ms / bare[turn]!)) - 1);
    return { measure: name, form, ms: median(own), extraPercent, holds: extraPercent <= target };
  });
}

for (const subject of subjects) {
  for (const figures of await measure(subject)) {
    const { measure: agentName, form, ms, extraPercent } = figures;
    const text = `${agentName}, ${form}: ${ms.toFixed(0)} ms, ${extraPercent.toFixed(1)} % more`;
    console.log(options.json ? JSON.stringify({ ...figures, target }) : text);
  }
}

const core = await measureCoreStep();
const [loop, paused] = [core.loopUs, core.pausedUs].map((us) => us.toFixed(0));
console.log(
  options.json
    ? JSON.stringify(core)
    : `${core.measure}: ${loop} µs a step in a loop, ${paused} µs after a pause of 5 ms`,
);

for (const figures of await measureLimitSteps()) {
  const { measure: limited, us, ratio } = figures;
  const text = `${limited}: ${us.toFixed(0)} µs a step, ${ratio.toFixed(2)} times as much as for life`;
  console.log(options.json ? JSON.stringify(figures) : text);
}
