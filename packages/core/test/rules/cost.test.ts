import { describe, expect, test } from "vitest";
import type { Lane } from "../../src/breaker/lane.ts";
import { fixture } from "../support/breakers.ts";
import { only } from "../support/script.ts";

const tool = (args: unknown) => ({ kind: "tool", tool: "use", args }) as const;

function answer(lane: Lane, usd: number, inputTokens: number) {
  const [{ token }] = lane.admitSync([{ kind: "model" }]);
  lane.settleSync(token, { status: "success", usage: { usd, inputTokens } });
}

function round(lane: Lane, args: readonly unknown[], usd = 0) {
  const decisions: readonly { token: Parameters<Lane["settleSync"]>[0] }[] = lane.admitSync(
    args.map(tool),
  );
  for (const { token } of decisions) {
    lane.settleSync(token, { status: "success", result: "same", usage: { usd } });
  }
}

/** What the loop has cost that this call would go on with. */
const costAt = (lane: Lane, args: unknown) => lane.admitSync([tool(args)])[0].findings[0]?.cost;

describe("the cost in a finding", () => {
  test("is the cost of the rounds without news, not of the run", () => {
    const { lane } = fixture({ rules: only("no-progress") });
    for (const [args, usd] of [
      ["A", 5],
      ["B", 7],
      ["A", 0.25],
      ["B", 0.5],
    ] as const)
      round(lane, [args], usd);
    expect(costAt(lane, "A")).toEqual({ calls: 2, tokens: 0, usd: 0.75 });
  });

  test("has the answers that asked for the calls in it", () => {
    const { lane } = fixture({ rules: only("no-progress") });
    for (let index = 0; index < 3; index += 1) {
      answer(lane, 0.5, 1_000);
      round(lane, ["A"], 0.25);
    }
    expect(costAt(lane, "A")).toEqual({ calls: 2, tokens: 2_000, usd: 1.5 });
  });

  test("several answers before one round are all its own", () => {
    const { lane } = fixture({
      rules: only("repeat"),
      tools: { use: { thresholds: { repeat: { warn: 1 } } } },
    });
    answer(lane, 1, 10);
    answer(lane, 2, 20);
    round(lane, ["A"]);
    expect(costAt(lane, "A")).toEqual({ calls: 1, tokens: 30, usd: 3 });
  });

  test("the calls of one answer share it", () => {
    const { lane } = fixture({
      rules: only("repeat"),
      tools: { use: { thresholds: { repeat: { warn: 1 } } } },
    });
    answer(lane, 1, 100);
    round(lane, ["A", "B", "C", "D"]);
    expect(costAt(lane, "A")).toEqual({ calls: 1, tokens: 25, usd: 0.25 });
  });

  test("news clears the cost of the loop before it", () => {
    const { lane } = fixture({ rules: only("no-progress") });
    for (const args of ["A", "A", "B", "A", "A"]) round(lane, [args], 1);
    expect(costAt(lane, "A")).toEqual({ calls: 2, tokens: 0, usd: 2 });
  });

  test("the declared price of a tool counts if the call reports none", () => {
    const { lane } = fixture({ rules: only("no-progress"), tools: { use: { usd: 0.125 } } });
    for (let index = 0; index < 3; index += 1) {
      const [{ token }] = lane.admitSync([tool("A")]);
      lane.settleSync(token, { status: "success", result: 1 });
    }
    expect(costAt(lane, "A")).toMatchObject({ calls: 2, usd: 0.25 });
  });

  test("a threshold in money blocks before its count", () => {
    const rules = {
      ...only("no-progress"),
      "no-progress": { block: { count: 50, usd: 0.5 }, open: 60 },
    };
    const { lane } = fixture({ rules });
    for (let index = 0; index < 3; index += 1) round(lane, ["A"], 0.25);
    const [decision] = lane.admitSync([tool("A")]);
    expect(decision.verdict).toBe("block");
    expect(decision.findings[0]).toMatchObject({ count: 2, limit: 50, cost: { usd: 0.5 } });
  });
});
