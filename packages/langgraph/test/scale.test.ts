// How many live at once, and how many come and go meanwhile, changes nothing for any of them.
import { createRegistry } from "@guard/core";
import { AIMessage } from "@langchain/core/messages";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { expect, test } from "vitest";
import { ending } from "guard-test-support";
import { scriptedModel, use, useTool } from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { closedGate, shortRuns, tally } from "guard-test-support/scale";
import { GuardGraphHandler } from "../src/index.ts";
import { question } from "./support/graphs.ts";

quietHandlerErrors();

const timeout = 600_000;

type Model = ReturnType<typeof scriptedModel>;
type Messages = typeof MessagesAnnotation.State;

/** A graph of an agent and its tools. `answered` decides what becomes of a model call. */
function graphOf(answered: (call: () => Promise<AIMessage>) => Promise<AIMessage>, model: Model) {
  const { tool, ran } = useTool();
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }: Messages) => ({
      messages: [await answered(() => model.invoke(messages))],
    }))
    .addNode("tools", new ToolNode([tool]))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition)
    .addEdge("tools", "agent")
    .compile();
  return { graph, ran };
}

test(
  "1,000 agents at once x 45 steps with a budget of 30 model calls stop at 30 each",
  { timeout },
  async () => {
    const callbacks = [new GuardGraphHandler(createRegistry({ budget: { modelCalls: 30 } }))];

    const ends = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const model = scriptedModel((turn) => (turn <= 45 ? [use(`file ${turn}`)] : "Done."));
        const { graph, ran } = graphOf((call) => call(), model);
        const { stop } = await ending(() =>
          graph.invoke(question, { callbacks, recursionLimit: 100 }),
        );
        return `${stop?.reason}: ${model.callCount} model calls, ${ran.length} tools`;
      }),
    );

    expect(tally(ends)).toEqual({ "budget: 30 model calls, 30 tools": 1_000 });
  },
);

test("a run beside 50,000 short runs keeps its latch", { timeout }, async () => {
  const handler = new GuardGraphHandler(createRegistry({ budget: { modelCalls: 10 } }));
  const model = scriptedModel((turn) => [use(`file ${turn}`)]);
  const others = closedGate();
  const swallowed = async (call: () => Promise<AIMessage>) => {
    try {
      return await call();
    } catch {
      await others.passed();
      return new AIMessage({ content: "", tool_calls: [{ ...use("after"), id: "after" }] });
    }
  };
  const { graph, ran } = graphOf(swallowed, model);

  const long = ending(() => graph.invoke(question, { callbacks: [handler], recursionLimit: 100 }));
  await others.reached;
  const short = await shortRuns(50_000, handler);
  others.open();
  await long;

  expect(short).toBe(50_000);
  expect([model.callCount, ran.length]).toEqual([10, 10]);
});
