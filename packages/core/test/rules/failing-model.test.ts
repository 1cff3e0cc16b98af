import { describe, expect, test } from "vitest";
import type { Lane } from "../../src/breaker/lane.ts";
import type { Outcome } from "../../src/vocabulary/call.ts";
import { fixture } from "../support/breakers.ts";
import { only, play } from "../support/script.ts";

const outcomes: Readonly<Record<string, Outcome>> = {
  f: { status: "failure", error: "down" },
  g: { status: "failure", error: new Error("rate limit") },
  s: { status: "success", result: "hi" },
  e: { status: "success", result: "" },
  i: { status: "ignored" },
  u: { status: "unknown" },
};

/** The verdicts of model calls that come back like this, one after the other. */
function asked(lane: Lane, script: string): string {
  return Array.from(script, (letter) => {
    const [{ token, verdict }] = lane.admitSync([{ kind: "model" }]);
    lane.settleSync(token, outcomes[letter]!);
    return verdict === "allow" ? "." : verdict === "open" ? "O" : verdict[0];
  }).join("");
}

const runs: readonly (readonly [shows: string, script: string, verdicts: string])[] = [
  ["warned from the fourth on, stopped at the ninth", "fffffffff", "...wwwwwO"],
  ["whatever the error", "fgfgfgfgf", "...wwwwwO"],
  ["an answer ends it", "fffsfff", "...w..."],
  ["an empty one as well", "fffefff", "...w..."],
  ["an abort tells nothing", "ffifi", "....w"],
  ["nor does what was not seen", "ffuf", "...."],
];

describe("model calls that fail in a row", () => {
  test.for(runs)("%s: %s", ([, script, verdicts]) => {
    expect(asked(fixture({ rules: only("failing-model") }).lane, script)).toBe(verdicts);
  });

  test("each agent has its own", () => {
    const { breaker, lane } = fixture({ rules: only("failing-model") });
    expect(asked(lane, "fff")).toBe("...");
    expect(asked(breaker.agent("x"), "f")).toBe(".");
    expect(asked(lane, "f")).toBe("w");
  });

  test("tool calls do not end it, and it does not judge them", () => {
    const { breaker, lane } = fixture({ rules: only("failing-model") });
    asked(lane, "fff");
    expect(play(breaker, "A=1 B=1")).toBe(". .");
    expect(asked(lane, "f")).toBe("w");
  });

  test("another user message starts anew", () => {
    const { lane } = fixture({ rules: only("failing-model") });
    asked(lane, "fff");
    lane.userMessage("Try again.");
    expect(asked(lane, "f")).toBe(".");
  });

  test("it stops the run as a failure", () => {
    const { breaker, lane } = fixture({ rules: only("failing-model") });
    asked(lane, "fffffffff");
    expect(breaker.state).toBe("open");
    expect(breaker.signal.reason).toMatchObject({
      reason: "failure",
      finding: { rule: "failing-model", count: 8 },
    });
  });
});
