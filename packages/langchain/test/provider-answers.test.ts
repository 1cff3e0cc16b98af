// What LangChain's clients (of the versions named) made of answers in providers' shapes, over a stubbed fetch, stands in
// `support/provider-answers.json`: what guard books of it, beside what the provider bills.
// Streams are the same answers, cut into parts by hand.
import type { Usage } from "@guard/core";
import { describe, expect, test } from "vitest";
import { figuresOf, providerAnswers } from "guard-test-support/provider-answers";
import { toUsage } from "../src/to-usage.ts";
import recorded from "./support/provider-answers.json" with { type: "json" };

const billedFor = (name: string) =>
  providerAnswers.find((answer) => answer.name === name)?.billed ?? {};

/** What a client tells otherwise than the provider does, and what is then booked: never less. */
const told: readonly (readonly [
  client: RegExp,
  name: RegExp,
  booked: Readonly<Partial<Record<keyof Usage, unknown>>>,
  why: string,
])[] = [
  [
    /anthropic.*streamed/,
    /./,
    { outputTokens: 301 },
    "it adds the first part's count to the last's",
  ],
  [
    /google-genai/,
    /tools have read/,
    { inputTokens: 41, outputTokens: 448 },
    "it passes the thoughts and what the tools have read on in the total alone",
  ],
  [
    /google-genai.*streamed/,
    /a cache/,
    { cachedInputTokens: undefined },
    "it adds the cached tokens up over all parts",
  ],
  [/mistralai/, /./, { cachedInputTokens: undefined }, "it leaves the cache out"],
  [/openai [\d.]+$/, /xAI/, { usd: undefined }, "it leaves the price out"],
  [/openai.*streamed/, /OpenRouter, a search/, { providerTools: undefined }, "the price has them"],
];

const bookedFor = (client: string, name: string): Usage => {
  const changes = told.filter(([clients, names]) => clients.test(client) && names.test(name));
  const booked = Object.assign({}, billedFor(name), ...changes.map(([, , change]) => change));
  return JSON.parse(JSON.stringify(booked)) as Usage;
};

describe("an answer is booked as it is billed, as far as the client tells", () => {
  test.for(recorded)("$client: $name", ({ name, client, output }) => {
    expect(figuresOf(toUsage(output))).toEqual(bookedFor(client, name));
  });

  test.for(recorded)("not less than is billed: $client: $name", ({ name, output }) => {
    const { inputTokens = 0, outputTokens = 0 } = toUsage(output) ?? {};
    const billed: Usage = billedFor(name);

    expect(inputTokens + outputTokens).toBeGreaterThanOrEqual(
      (billed.inputTokens ?? 0) + (billed.outputTokens ?? 0),
    );
  });
});
