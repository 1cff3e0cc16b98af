// onTrip "ask": the calls that would go on with a loop wait for a human, as the AI SDK's approvals do.
import { createBreaker, type Breaker } from "@guard/core";
import { generateText, isStepCount, streamText, tool, type ModelMessage } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAI } from "../src/index.ts";
import { prompt, useTool, watchRejections } from "./support/guarded.ts";
import { describeIf, is5, testIf } from "./support/versions.ts";

watchRejections();

/** A conversation with an agent that loops, and whose user answers what guard asks. */
function conversation(breaker: Breaker, width = 1, more = {}) {
  const guard = guardAI(breaker);
  const { model, prompts } = scriptedModel(() => Array.from({ length: width }, () => use()));
  const { ran, tools } = useTool();
  const messages: ModelMessage[] = [{ role: "user", content: prompt }];
  const setup = () => ({
    model: guard.model(model),
    tools: { ...guard.tools(tools), ...more },
    stopWhen: [isStepCount(40), guard.stopWhen],
    messages,
  });
  const request = async () => {
    const { content, response } = await generateText(setup());
    messages.push(...response.messages);
    return content.flatMap((part) =>
      part.type === "tool-approval-request" ? [part.approvalId] : [],
    );
  };
  const answer = (asked: readonly string[], approved: boolean) => {
    const parts = asked.map(
      (approvalId) => ({ type: "tool-approval-response", approvalId, approved }) as const,
    );
    messages.push({ role: "tool", content: parts });
  };
  return { request, answer, setup, counts: () => [prompts.length, ran.length] };
}

const asking = () => createBreaker({ preset: "strict", onTrip: "ask" });

describeIf(!is5)("a stopped run asks a human", () => {
  test.for([1, 3])(
    "approved: the calls of one answer run, %s of them, and the next answer asks again",
    async (width) => {
      const { request, answer, counts } = conversation(asking(), width);

      const asked = await request();
      const before = counts();
      answer(asked, true);
      const again = await request();

      expect(asked).toHaveLength(width);
      expect(before).toEqual([3, 2 * width]);
      expect(counts()).toEqual([4, 3 * width]);
      expect(again).toHaveLength(width);
    },
  );

  test("denied: the run ends in the error, and no call follows", async () => {
    const { request, answer, counts } = conversation(asking());
    answer(await request(), false);

    const { stop } = await ending(request);

    expect([stop?.reason, counts()]).toEqual(["loop", [3, 2]]);
  });

  test("streamed", async () => {
    const { setup, counts } = conversation(asking());
    const { fullStream } = streamText(setup());
    const types: string[] = [];
    for await (const { type } of fullStream) types.push(type);

    expect(types).toContain("tool-approval-request");
    expect(types).not.toContain("error");
    expect(counts()).toEqual([3, 2]);
  });

  test("an approval does not lift an operator's stop", async () => {
    const breaker = asking();
    const { request, answer, counts } = conversation(breaker);
    const asked = await request();
    breaker.override({ force: "open", by: "ops", why: "maintenance" });
    answer(asked, true);

    const { stop } = await ending(request);

    expect([stop?.reason, counts()]).toEqual(["manual", [3, 2]]);
  });
});

describe("the run ends in the error where guard can't ask", () => {
  test("a tool that guard has not wrapped, which would start unasked", async () => {
    let bodies = 0;
    const execute = async () => `run ${(bodies += 1)}`;
    const bare = { use: tool({ inputSchema: z.object({ q: z.string() }), execute }) };
    const breaker = createBreaker({ onTrip: "ask", budget: { toolCalls: 2 } });
    const guard = guardAI(breaker);
    const { model } = scriptedModel((turn) => [use(`file ${turn}`)]);

    const { stop } = await ending(() =>
      generateText({ model: guard.model(model), tools: bare, stopWhen: isStepCount(20), prompt }),
    );

    expect([stop?.reason, bodies]).toEqual(["budget", 2]);
  });

  test("a refused model call, which a human can't approve", async () => {
    const breaker = createBreaker({ onTrip: "ask", budget: { modelCalls: 2 } });
    const { request, counts } = conversation(breaker);
    const { stop } = await ending(request);
    expect([stop?.reason, counts()[0]]).toEqual(["budget", 2]);
  });

  testIf(is5)("AI SDK 5 has no approvals", async () => {
    const { request, counts } = conversation(asking());
    const { stop } = await ending(request);
    expect([stop?.reason, counts()]).toEqual(["loop", [3, 2]]);
  });
});
