import { describe, expect, test } from "vitest";
import { fixture } from "../support/breakers.ts";
import { only, play } from "../support/script.ts";

/** The verdicts of model calls, by the input tokens of the request before. */
function asked(context: object | undefined, ...tokens: readonly (number | undefined)[]) {
  const rules = context === undefined ? {} : { ...only("context"), context };
  const { lane } = fixture({ rules });
  return tokens.map((inputTokens) => {
    const [{ token, verdict }] = lane.admitSync([{ kind: "model" }]);
    const usage = inputTokens === undefined ? {} : { inputTokens };
    lane.settleSync(token, { status: "success", usage });
    return verdict;
  });
}

describe("requests that have grown too long", () => {
  const ladder = { warn: 100, block: 200, open: 300 };

  test("the rule is off by default", () => {
    expect(asked(undefined, 1e9, 1e9)).toEqual(["allow", "allow"]);
  });

  test.for([
    [99, "allow"],
    [100, "warn"],
    [200, "block"],
  ] as const)("after %d input tokens: %s", ([tokens, verdict]) => {
    expect(asked(ladder, tokens, 1)).toEqual(["allow", verdict]);
  });

  test("without a block it opens at its own threshold", () => {
    expect(asked({ open: 300 }, 299, 300, 1)).toEqual(["allow", "allow", "open"]);
  });

  // `open` counts refused rounds on top of `block`, which is no tokens
  test("with a block it opens at its own threshold", () => {
    expect(asked(ladder, 300, 1)).toEqual(["allow", "open"]);
  });

  test("the last request counts, not the longest", () => {
    expect(asked(ladder, 150, 50, 1)).toEqual(["allow", "warn", "allow"]);
  });

  test("an answer without tokens changes nothing", () => {
    expect(asked(ladder, 150, undefined, 1)).toEqual(["allow", "warn", "warn"]);
  });

  test("another agent's requests are its own, and tool calls are not judged", () => {
    const { breaker, lane } = fixture({ rules: { ...only("context"), context: ladder } });
    const [{ token }] = lane.admitSync([{ kind: "model" }]);
    lane.settleSync(token, { status: "success", usage: { inputTokens: 150 } });
    expect(play(breaker, "x>'hi' a>A=1 a>'hi'")).toBe(". . w");
  });
});
