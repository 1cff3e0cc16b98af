// How many live at once, and how many come and go meanwhile, changes nothing for any of them.
import { AIMessage } from "@langchain/core/messages";
import { createAgent, createMiddleware } from "langchain";
import { expect, test } from "vitest";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { scriptedModel, use } from "guard-test-support/langchain";
import { closedGate, shortRuns, tally } from "guard-test-support/scale";
import { guarded } from "./support/guarded.ts";
import { question } from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

quietHandlerErrors();

const timeout = 600_000;

test(
  "1,000 agents at once x 45 steps with a budget of 30 model calls stop at 30 each",
  { timeout },
  async () => {
    const { handler } = guarded({ budget: { modelCalls: 30 } });

    const ends = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const model = scriptedModel((turn) => (turn <= 45 ? [use(`file ${turn}`)] : "Done."));
        const { tool, ran } = useTool();
        const agent = createAgent({ model, tools: [tool] });
        const config = { callbacks: [handler], recursionLimit: 100 };
        const { stop } = await ending(() => agent.invoke(question, config));
        return `${stop?.reason}: ${model.callCount} model calls, ${ran.length} tools`;
      }),
    );

    expect(tally(ends)).toEqual({ "budget: 30 model calls, 30 tools": 1_000 });
  },
);

test("a run that lives beside 50,000 short runs keeps its latch", { timeout }, async () => {
  const { handler } = guarded({ budget: { modelCalls: 10 } });
  const model = scriptedModel((turn) => [use(`file ${turn}`)]);
  const { tool, ran } = useTool();
  const others = closedGate();
  const middleware = createMiddleware({
    name: "swallows",
    wrapModelCall: async (request, next) => {
      try {
        return await next(request);
      } catch {
        await others.passed();
        return new AIMessage({ content: "", tool_calls: [{ ...use("after"), id: "after" }] });
      }
    },
  });
  const agent = createAgent({ model, tools: [tool], middleware: [middleware] });

  const config = { callbacks: [handler], recursionLimit: 100 };
  const long = ending(() => agent.invoke(question, config));
  await others.reached;
  const short = await shortRuns(50_000, handler);
  others.open();
  await long;

  expect(short).toBe(50_000);
  expect([model.callCount, ran.length]).toEqual([10, 10]);
});
