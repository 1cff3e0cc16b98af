// What the AI SDK's clients (of the versions named) made of answers in providers' shapes, over a stubbed fetch, stands in
// `support/provider-answers.json`: what guard books of it, beside what the provider bills.
import { createOpenAI } from "@ai-sdk/openai";
import { createBreaker } from "@guard/core";
import { generateText } from "ai";
import { describe, expect, test } from "vitest";
import { figuresOf, providerAnswers } from "guard-test-support/provider-answers";
import { guardAI } from "../src/index.ts";
import { toUsage } from "../src/to-usage.ts";
import { overhear, watchRejections } from "./support/guarded.ts";
import { is5 } from "./support/versions.ts";
import recorded from "./support/provider-answers.json" with { type: "json" };

watchRejections();

const billedFor = (name: string) =>
  providerAnswers.find((answer) => answer.name === name)?.billed ?? {};

test("each provider's answer was recorded", () => {
  expect(new Set(recorded.map(({ name }) => name))).toEqual(
    new Set(providerAnswers.map(({ name }) => name)),
  );
});

describe("is booked as it is billed", () => {
  test.for(recorded)("$client: $name", ({ name, answer }) => {
    expect(figuresOf(toUsage(answer))).toEqual(billedFor(name));
    // a stream says the same in its parts
    const { content, ...finish } = answer;
    expect(figuresOf(toUsage(finish, undefined, content))).toEqual(billedFor(name));
  });

  const ownClient = providerAnswers.filter(
    ({ name, provider }) =>
      // Its first version for AI SDK 5 passes on nothing of what the provider has looked up.
      provider.startsWith("openai") && !(is5 && name.includes("search")),
  );

  test.for(ownClient)("generateText of @ai-sdk/openai: $name", async (answer) => {
    const fetch = async () => Response.json(answer.body);
    const client = createOpenAI({ apiKey: "none", fetch });
    const { model, provider } = answer;
    const asked = provider.endsWith("chat") ? client.chat(model) : client.responses(model);
    const breaker = createBreaker();
    const { told } = overhear(breaker);

    await generateText({ model: guardAI(breaker).model(asked), prompt: "Which port?" });

    expect(told.map(({ usage }) => figuresOf(usage))).toEqual([answer.billed]);
  });
});
