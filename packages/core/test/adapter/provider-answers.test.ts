// Answers in the shapes of their providers: what guard books beside what the provider bills.
import { describe, expect, test } from "vitest";
import { figuresOf, providerAnswers } from "../../../../test-support/src/provider-answers.ts";
import { usageOfAnswer } from "../support/provider-answers.ts";

describe("an answer as the provider sends it is booked as it is billed", () => {
  test.for(providerAnswers)("$name", (answer) => {
    expect(figuresOf(usageOfAnswer(answer))).toEqual(answer.billed ?? {});
  });
});
