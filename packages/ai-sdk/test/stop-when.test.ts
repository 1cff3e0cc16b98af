// `guard.stopWhen` must not end a run without its error, and must not end a run that may go on.
import { createBreaker } from "@guard/core";
import { generateText, isStepCount, streamText, tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ending } from "guard-test-support";
import { guardAI } from "../src/index.ts";
import { prompt, useTool, watchRejections } from "./support/guarded.ts";
import { runnerNames, runners } from "./support/runners.ts";
import { scriptedModel, use } from "guard-test-support/ai-sdk";

watchRejections();

test.for(runnerNames)(
  "%s: a sub-agent's trip inside a tool rejects the whole run",
  async (name) => {
    const breaker = createBreaker();
    const inner = scriptedModel(() => [use()]);
    const outer = scriptedModel((turn) => [{ name: "research", args: { q: `topic ${turn}` } }]);
    const { ran, tools } = useTool();
    const research = tool({
      inputSchema: z.object({ q: z.string() }),
      execute: async ({ q }) => {
        const guard = guardAI(breaker, { agent: "researcher" });
        const { text } = streamText({
          model: guard.model(inner.model),
          tools: guard.tools(tools),
          stopWhen: [isStepCount(20), guard.stopWhen],
          prompt: q,
          onError: () => {},
        });
        return text;
      },
    });
    const guard = guardAI(breaker, { agent: "lead" });

    const { stop } = await ending(() =>
      runners[name]({
        model: guard.model(outer.model),
        tools: guard.tools({ research }),
        guard,
      }),
    );

    expect(stop?.finding.agent).toBe("researcher");
    expect([inner.prompts.length, ran.length, outer.prompts.length]).toEqual([6, 3, 1]);
  },
);

/** A breaker that a loop has opened an hour ago. */
async function recovered() {
  let now = 1_000_000;
  const breaker = createBreaker({ ports: { clock: () => now, random: () => 0.5 } });
  const guard = guardAI(breaker);
  const { model } = scriptedModel(() => [use()]);
  const { tools } = useTool();
  await ending(() =>
    runners.generateText({ model: guard.model(model), tools: guard.tools(tools), guard }),
  );
  const stoppedAtOnce = guard.stopWhen({ steps: [] });
  now += 3_600_000;
  return { breaker, guard, stoppedAtOnce };
}

describe("when the break is over", () => {
  test("the stopped run stays stopped; the user's next turn may go on", async () => {
    const { breaker, guard, stoppedAtOnce } = await recovered();
    expect([stoppedAtOnce, breaker.state, guard.stopWhen({ steps: [] })]).toEqual([
      true,
      "half-open",
      true,
    ]);

    const { model } = scriptedModel(() => "Hi.");
    await generateText({ model: guard.model(model), prompt: "Something else." });

    expect(guard.stopWhen({ steps: [] })).toBe(false);
  });

  test("a probing round may go on too", async () => {
    const { guard } = await recovered();
    const during: boolean[] = [];
    const { tools } = useTool((q) => {
      during.push(guard.stopWhen({ steps: [] }));
      return q;
    });
    const { model } = scriptedModel((turn) => (turn < 4 ? [use(`file ${turn}`)] : "It is 8080."));

    const { text } = await generateText({
      model: guard.model(model),
      tools: guard.tools(tools),
      stopWhen: [isStepCount(20), guard.stopWhen],
      prompt: "Something else.",
    });

    expect(text).toBe("It is 8080.");
    expect(during).toEqual([false, false, false]);
  });
});

test("a user message that prepareStep rewrites for every step begins no turn", async () => {
  const { model, prompts } = scriptedModel(() => [use()]);
  const guard = guardAI(createBreaker());

  const { stop } = await ending(() =>
    generateText({
      model: guard.model(model),
      tools: guard.tools(useTool().tools),
      stopWhen: [isStepCount(20), guard.stopWhen],
      prompt,
      prepareStep: ({ messages, stepNumber }) => ({
        messages: [{ role: "user", content: `Step ${stepNumber}.` }, ...messages.slice(1)],
      }),
    }),
  );

  expect(stop?.reason).toBe("loop");
  expect(prompts).toHaveLength(6);
});
