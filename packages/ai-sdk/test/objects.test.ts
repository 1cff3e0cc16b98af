// Structured answers: generateObject, streamObject, and an output schema beside tools.
import { createBreaker } from "@guard/core";
import { generateObject, streamObject } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAI } from "../src/index.ts";
import { prompt, watchRejections } from "./support/guarded.ts";

watchRejections();

const schema = z.object({ port: z.number() });

function guardedModel(modelCalls: number) {
  const breaker = createBreaker({ budget: { modelCalls } });
  const { model, prompts } = scriptedModel(() => '{"port":8080}');
  return { breaker, model: guardAI(breaker).model(model), prompts };
}

describe("a structured answer", () => {
  test("costs one call, and comes back as it is", async () => {
    const { breaker, model } = guardedModel(3);
    const { object } = await generateObject({ model, schema, prompt });
    expect(object).toEqual({ port: 8080 });
    const streamed = streamObject({ model, schema, prompt });
    for await (const _ of streamed.partialObjectStream);
    expect(await streamed.object).toEqual({ port: 8080 });
    expect(breaker.spending).toMatchObject({ modelCalls: 2, tokens: 240 });
  });

  test("of a stopped run: generateObject rejects", async () => {
    const { model, prompts } = guardedModel(0);
    const { stop } = await ending(() => generateObject({ model, schema, prompt }));
    expect([stop?.reason, prompts.length]).toEqual(["budget", 0]);
  });

  test("of a stopped run: streamObject calls onError, and nothing hangs", async () => {
    const { model, prompts } = guardedModel(0);
    const told: unknown[] = [];
    const result = streamObject({
      model,
      schema,
      prompt,
      onError: ({ error }) => void told.push(error),
    });
    const object = ending(() => result.object);

    await ending(async () => {
      for await (const _ of result.partialObjectStream);
    });

    expect((await object).error).toBeInstanceOf(Error);
    expect(told[0]).toMatchObject({ code: "GUARD_BUDGET_EXCEEDED" });
    expect(prompts).toHaveLength(0);
  });
});
