import { describe, expect, test } from "vitest";
import type { Call, Outcome } from "../src/vocabulary/call.ts";
import type { Lane } from "../src/breaker/lane.ts";
import { fixture, once, use } from "./support/breakers.ts";

const model: Call = { kind: "model", model: "m" };
const answered = (usd?: number): Outcome => ({
  status: "success",
  usage: { inputTokens: 600, outputTokens: 400, ...(usd === undefined ? {} : { usd }) },
});

/** The verdict of each of `calls` model calls that cost `usd`. */
function ask(lane: Lane, calls: number, usd?: number): string[] {
  return Array.from({ length: calls }, () => {
    const [decision] = lane.admitSync([model]);
    lane.settleSync(decision.token, answered(usd));
    return decision.verdict;
  });
}

describe("ceilings: the call that reaches one is allowed, the next is not", () => {
  test("model calls", () => {
    const { lane } = fixture({ budget: { modelCalls: 2 } });
    expect(ask(lane, 3)).toEqual(["allow", "allow", "open"]);
  });

  test("tool calls", () => {
    const { lane } = fixture({ budget: { toolCalls: 2 } });
    const verdicts = [1, 2, 3].map((args) => once(lane, use(args)).decision.verdict);
    expect(verdicts).toEqual(["allow", "allow", "open"]);
  });

  test("each counts its own kind", () => {
    const { lane } = fixture({ budget: { modelCalls: 1, toolCalls: 1 } });
    expect(ask(lane, 1)).toEqual(["allow"]);
    expect(once(lane).decision.verdict).toBe("allow");
  });

  test("tokens, both ways", () => {
    const { lane } = fixture({ budget: { tokens: 2_000 } });
    expect(ask(lane, 3)).toEqual(["allow", "allow", "open"]);
  });

  test("USD, exact to the nano-dollar", () => {
    const { lane, breaker } = fixture({ budget: { usd: 0.3 } });
    expect(ask(lane, 4, 0.1)).toEqual(["allow", "allow", "allow", "open"]);
    expect(breaker.spending.usd).toBe(0.3);
  });

  test.for(["modelCalls", "tokens", "usd"] as const)("0 %s lets nothing through", (ceiling) => {
    const { lane } = fixture({ budget: { [ceiling]: 0 } });
    const [decision] = lane.admitSync([model]);
    expect(decision).toMatchObject({
      verdict: "open",
      findings: [{ rule: "ceiling", reason: "budget", ceiling, count: 0, limit: 0 }],
    });
  });

  test("no budget is no limit", () => {
    const { lane } = fixture();
    expect(ask(lane, 50, 1_000)).toEqual(Array(50).fill("allow"));
  });

  test("several agents share the run's budget", () => {
    const { breaker } = fixture({ budget: { modelCalls: 2 } });
    expect(["a", "b", "c"].flatMap((agent) => ask(breaker.agent(agent), 1))).toEqual([
      "allow",
      "allow",
      "open",
    ]);
  });

  test("after one is reached no call of any kind or agent passes", () => {
    const { lane, breaker, clock } = fixture({ budget: { modelCalls: 1 } });
    ask(lane, 2);
    clock.advance(86_400_000);
    expect(once(lane).decision.verdict).toBe("open");
    expect(once(breaker.agent("b"), use("new")).decision.verdict).toBe("open");
  });

  test("a new run starts with a full budget", () => {
    const { lane, breaker } = fixture({ budget: { modelCalls: 1 } });
    ask(lane, 2, 1);
    breaker.endRun();
    expect(breaker.spending).toEqual({
      modelCalls: 0,
      toolCalls: 0,
      delegations: 0,
      tokens: 0,
      usd: 0,
    });
    expect(ask(lane, 1)).toEqual(["allow"]);
    expect(breaker.signal.aborted).toBe(false);
  });
});

const reserve = (usd: number): Call => ({ ...model, estimate: { usd } });

describe("reservations", () => {
  test("an estimate that alone would pass the limit is refused for good", () => {
    const { lane } = fixture({ budget: { usd: 1 } });
    expect(lane.admitSync([reserve(1.01)])[0].verdict).toBe("open");
  });

  test("a call that just fits passes", () => {
    const { lane } = fixture({ budget: { usd: 1 } });
    expect(lane.admitSync([reserve(1)])[0].verdict).toBe("allow");
  });

  test("what stands only in others' way is a block with a time to come back, not a trip", () => {
    const { lane, breaker } = fixture({ budget: { usd: 1 } });
    const [first] = lane.admitSync([reserve(0.8)]);
    const [second] = breaker.agent("b").admitSync([reserve(0.8)]);
    expect(second).toMatchObject({ verdict: "block", retryAfterMs: 1_000 });
    expect(breaker.state).toBe("closed");
    lane.settleSync(first.token, answered(0.1));
    expect(breaker.agent("b").admitSync([reserve(0.8)])[0].verdict).toBe("allow");
  });

  test("the calls of one round reserve one after the other", () => {
    const { lane } = fixture({ budget: { usd: 1 } });
    const verdicts = lane.admitSync([reserve(0.4), reserve(0.4), reserve(0.4)]);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["allow", "allow", "block"]);
  });

  test("a settlement is never refused; it may overshoot, and the next call is denied", () => {
    const { lane, breaker } = fixture({ budget: { usd: 1 } });
    expect(ask(lane, 2, 7)).toEqual(["allow", "open"]);
    expect(breaker.spending.usd).toBe(7);
    expect(breaker.trip).toMatchObject({ finding: { ceiling: "usd", count: 7, limit: 1 } });
  });

  test.for([
    ["less than was held", 0.25, 0.5],
    ["more than was held", 0.75, 0.75],
  ] as const)("an aborted model call that reports %s", ([, usd, spent]) => {
    const { lane, breaker } = fixture({ budget: { usd: 2 } });
    const [{ token }] = lane.admitSync([reserve(0.5)]);
    lane.settleSync(token, { status: "ignored", usage: { usd } });
    expect(breaker.spending.usd).toBe(spent);
    expect(lane.admitSync([reserve(2 - spent)])[0].verdict).toBe("allow");
  });

  test("absurd figures stay finite", () => {
    const { lane, breaker } = fixture({ budget: { usd: 1 } });
    const [absurd] = lane.admitSync([use()]);
    lane.settleSync(absurd.token, { status: "success", usage: { usd: 1e308, inputTokens: 1e308 } });
    expect(Number.isFinite(breaker.spending.usd)).toBe(true);
    expect(Number.isFinite(breaker.spending.tokens)).toBe(true);
    expect(lane.admitSync([model])[0].verdict).toBe("open");
  });
});

describe("what a call has cost", () => {
  test.for([Number.NaN, Number.POSITIVE_INFINITY, -1])(
    "guard does not book %d, and emits an event",
    (usd) => {
      const { lane, breaker, events } = fixture();
      ask(lane, 1, usd);
      expect(breaker.spending.usd).toBe(0);
      expect(events).toMatchObject([{ type: "bad-usage", field: "usd" }]);
    },
  );

  test("what was reported, where no table says otherwise", () => {
    const { lane, breaker } = fixture({ price: () => undefined, tools: { use: { usd: 9 } } });
    ask(lane, 1, 0.5);
    once(lane, use(), { status: "success", usage: { usd: 0.25 } });
    expect(breaker.spending.usd).toBe(0.75);
  });

  test("the price table, which is told all that is known, has the last word", () => {
    const asked: unknown[] = [];
    const { lane, breaker, clock } = fixture({ price: (usage) => (asked.push(usage), 0.5) });
    ask(lane, 1, 0.1);
    expect(asked).toEqual([
      {
        model: "m",
        provider: undefined,
        inputTokens: 600,
        cachedInputTokens: 0,
        cacheWriteTokens: 0,
        cacheWrite1hTokens: 0,
        outputTokens: 400,
        providerTools: {},
        serviceTier: undefined,
        reportedUsd: 0.1,
        at: clock(),
      },
    ]);
    expect(breaker.spending.usd).toBe(0.5);
  });

  test("a tool costs its declared price, also when it fails, but not when it never ran", () => {
    const { lane, breaker } = fixture({ tools: { use: { usd: 0.25 } } });
    once(lane, use(1));
    once(lane, use(2), { status: "failure" });
    once(lane, use(3), { status: "ignored" });
    expect(breaker.spending.usd).toBe(0.5);
  });

  test("a declared price is held while the tool runs", () => {
    const { lane } = fixture({ budget: { usd: 1 }, tools: { use: { usd: 0.6 } } });
    const verdicts = lane.admitSync([use(1), use(2)]).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(["allow", "block"]);
  });

  test("guard reports an unknown price if a budget needs it", () => {
    const { lane, told } = fixture({ budget: { usd: 1 }, price: () => undefined });
    ask(lane, 1);
    expect(told()).toEqual(["unpriced"]);
  });

  test("guard reports a price function that throws, and the run goes on", () => {
    const error = new Error("table");
    const { lane, events } = fixture({
      price: () => {
        throw error;
      },
    });
    expect(ask(lane, 2)).toEqual(["allow", "allow"]);
    expect(events[0]).toMatchObject({ type: "port-error", port: "price", error });
  });

  test("guard reports a price that is no number, and does not book it", () => {
    const { lane, breaker, told } = fixture({ price: () => Number.NaN, budget: { usd: 1 } });
    ask(lane, 1);
    expect(told()).toEqual(["bad-usage", "unpriced"]);
    expect(breaker.spending.usd).toBe(0.057); // the ceiling price of 600 + 400 tokens
  });
});
