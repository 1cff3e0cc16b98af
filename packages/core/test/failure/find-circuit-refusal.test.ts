import { describe, expect, test } from "vitest";
import { CircuitRefusalError, findCircuitOpen, findCircuitRefusal } from "../../src/index.ts";

const refusal = new CircuitRefusalError({ circuit: "openai", state: "open", retryAfterMs: 1_000 });

describe("findCircuitRefusal", () => {
  test.for([
    ["the error itself", refusal],
    ["the cause of an error", new Error("failed", { cause: refusal })],
    [
      "the last error of several tries",
      Object.assign(new Error("gave up"), { lastError: refusal }),
    ],
    ["one of several errors", new AggregateError([new Error("one"), refusal])],
  ] as const)("finds %s", ([, error]) => {
    expect(findCircuitRefusal(error)).toBe(refusal);
  });

  test.for([undefined, null, "open", new Error("open"), { status: 503 }])("not in %j", (error) => {
    expect(findCircuitRefusal(error)).toBeUndefined();
  });

  test("a refusal is no trip", () => {
    expect(findCircuitOpen(refusal)).toBeUndefined();
  });
});
