import { describe, expect, test } from "vitest";
import type { BreakerLane } from "../src/breaker/breaker-lane.ts";
import { createBreaker } from "../src/breaker/breaker.ts";
import type { Lane } from "../src/breaker/lane.ts";
import type { Call, Decision } from "../src/vocabulary/call.ts";
import { once, success, use } from "./support/breakers.ts";

/** Lets a call run that was refused. */
const runAnyway = (lane: Lane, decision: Decision, call: Call) =>
  (lane as BreakerLane).runAnyway(decision, call);

/** A call that was refused and runs all the same. */
function blocked(options = {}) {
  const breaker = createBreaker({ tools: { use: { usd: 0.25 } }, ...options });
  const lane = breaker.agent("a");
  for (let calls = 0; calls < 3; calls += 1) once(lane);
  const [decision] = lane.admitSync([use()]);
  expect(decision.verdict).toBe("block");
  return { breaker, lane, anyway: runAnyway(lane, decision, use()) };
}

describe("runAnyway: a refused call that can't be kept from running", () => {
  test("its cost is booked", () => {
    const { breaker, lane, anyway } = blocked();
    expect(lane.settleSync(anyway.token, success())).toEqual({ applied: true });
    expect(breaker.spending).toMatchObject({ toolCalls: 4, usd: 1 });
  });

  test("it is no evidence: guard still stops the run at the third refusal", () => {
    const { lane, anyway } = blocked();
    lane.settleSync(anyway.token, success());
    const next = () => lane.admitSync([use()])[0];
    expect([next().verdict, next().verdict]).toEqual(["block", "open"]);
  });

  test("guard learns from it: news ends the streak", () => {
    const { lane, anyway } = blocked();
    lane.settleSync(anyway.token, success("news"));
    expect(lane.admitSync([use()])[0].verdict).toBe("allow");
  });

  test("a failure is no news: guard stops a tool that always fails, also where the framework can't refuse it", () => {
    const lane = createBreaker().agent("a");
    const failsAgain = (call: number) => {
      const asked = use(call);
      const [decision] = lane.admitSync([asked]);
      const { token } = decision.verdict === "block" ? runAnyway(lane, decision, asked) : decision;
      lane.settleSync(token, { status: "failure", error: "out of order" });
      return decision.verdict;
    };
    const verdicts = Array.from({ length: 15 }, (_, call) => failsAgain(call));
    expect(verdicts.lastIndexOf("block")).toBe(verdicts.indexOf("open") - 1);
    expect(verdicts.filter((verdict) => verdict === "block")).toHaveLength(2);
  });

  test("of another agent all words are new: a refused hand-off that runs ends no streak", () => {
    const lane = createBreaker().agent("a");
    const handoff = { kind: "delegation", to: "b", task: "Find the port." } as const;
    const verdicts = [1, 2, 3, 4, 5, 6].map((turn) => {
      const [decision] = lane.admitSync([handoff]);
      const isRefused = decision.verdict === "block";
      const { token } = isRefused ? runAnyway(lane, decision, handoff) : decision;
      lane.settleSync(token, success(isRefused ? `finding ${turn}` : "the same"));
      return decision.verdict;
    });
    expect(verdicts).toEqual(["allow", "allow", "warn", "block", "block", "open"]);
  });

  test("it can spend the last of a budget, and no more than itself", () => {
    const { lane, anyway } = blocked({ budget: { usd: 1 } });
    lane.settleSync(anyway.token, success());
    expect(lane.admitSync([use()])[0].findings[0]).toMatchObject({ rule: "ceiling", count: 1 });
  });
});
