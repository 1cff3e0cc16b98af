// Answers as providers send them: what guard books beside what the provider bills.
import { describe, expect, test } from "vitest";
import { figuresOf, providerAnswers } from "../../../../test-support/src/provider-answers.ts";
import { read } from "../../src/adapter/read.ts";
import { usageOf } from "../../src/adapter/usage.ts";

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

describe("an answer as the provider sends it is booked as it is billed", () => {
  test.for(providerAnswers)("$name", ({ body, billed }) => {
    const usage = read(body, "usage") ?? read(body, "usageMetadata");
    const parts = [
      ...listOf(read(body, "output")),
      ...listOf(read(body, "content")),
      read(body, "candidates", "0", "groundingMetadata"),
    ];

    expect(figuresOf(usageOf([usage], [], parts))).toEqual(billed ?? {});
  });
});
