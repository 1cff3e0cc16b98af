// What went wrong in other budget guards after their release, each as a test of this one. The numbers are
// those of the threads in which it was told.
import { describe, expect, test } from "vitest";
import type { ModelCall } from "../../src/vocabulary/call.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import type { Store } from "../../src/ports/store.ts";
import { answered, ask, house, spend } from "../support/accounts.ts";
import { manualClock } from "../support/clock.ts";

const accounts = { user: "u" };
const price = ({ inputTokens, outputTokens }: { inputTokens: number; outputTokens: number }) =>
  (inputTokens + 10 * outputTokens) / 1_000_000;
const unknown = () => undefined;
const request = (letters: number, more: Partial<ModelCall> = {}): ModelCall => ({
  kind: "model",
  model: "m",
  prompt: [{ role: "user", content: "word ".repeat(letters / 5) }],
  ...more,
});

const noPrompt = () => {
  throw new Error("no prompt");
};

test("LiteLLM #27509: a request without max_tokens does not hold the whole headroom", async () => {
  const { registry, run } = house({ price, limits: { user: { usd: 2 } } });
  const verdicts: string[] = [];
  for (let agent = 0; agent < 40; agent += 1) {
    const [{ verdict }] = await run({ accounts }).admit([request(3_000)]);
    verdicts.push(verdict);
  }
  expect(verdicts).toEqual(Array(40).fill("allow"));
  const [balance] = await registry.balances("user:u");
  expect(balance!.reservedUsd / 40).toBeCloseTo(0.042, 3); // 1,000 tokens asked, 4,096 for the answer
});

describe("a prompt as a function", () => {
  test("is read where money is counted, and nowhere else", async () => {
    let read = 0;
    const prompt = () => {
      read += 1;
      return ["word ".repeat(600)];
    };
    const { registry, run } = house({ price, limits: { user: { usd: 2 } } });
    await run({ accounts }).admit([request(0, { prompt })]);
    const [balance] = await registry.balances("user:u");
    expect(balance!.reservedUsd).toBeCloseTo(0.042, 3);
    await house({ budget: { modelCalls: 1 } })
      .run()
      .admit([request(0, { prompt })]);
    expect(read).toBe(1);
  });

  test("that throws leads to an event, and guard judges the call without an estimate", async () => {
    const { events, run } = house({ limits: { user: { tokens: 100 } } });
    const [{ verdict }] = await run({ accounts }).admit([request(0, { prompt: noPrompt })]);
    expect(verdict).toBe("allow");
    expect(events).toMatchObject([{ type: "port-error", port: "tokens" }]);
  });
});

test("LiteLLM #27020, #27021: the first request of a new user meets the same boundary as any other", async () => {
  const { run } = house({ limits: { user: { usd: 1, modelCalls: 2 } } });
  const lane = run({ accounts });
  const seen = [await spend(lane, 0.5, 0.5), await spend(lane, 0.5, 0.5), await spend(lane, 0)];
  expect(seen.map(({ verdict }) => verdict)).toEqual(["allow", "allow", "open"]);
});

describe("LiteLLM #30522, #37924 and others: a cancelled request", () => {
  test("releases its hold if it was never made", async () => {
    const { registry, run } = house({ limits: { user: { usd: 1 } } });
    const lane = run({ accounts });
    const [{ token }] = await lane.admit([ask(1)]);
    await lane.release(token);
    expect(await registry.balances("user:u")).toMatchObject([{ usd: 0, modelCalls: 0 }]);
    expect((await spend(lane, 1, 1)).verdict).toBe("allow");
  });

  test.for([
    ["nothing was reported", {}, 0.5],
    ["a cost of 0 was reported", { usd: 0 }, 0.5],
    ["less was reported than was held", { inputTokens: 5, usd: 0.1 }, 0.5],
    ["more was reported than was held", { inputTokens: 5, usd: 0.7 }, 0.7],
  ] as const)("costs what was held if it was a stream: %s", async ([, usage, usd]) => {
    const { registry, run } = house({ limits: { user: { usd: 1 } } });
    const lane = run({ accounts });
    const [{ token }] = await lane.admit([ask(0.5)]);
    await lane.settle(token, { status: "ignored", usage });
    expect(await registry.balances("user:u")).toMatchObject([{ usd }]);
  });
});

test("LiteLLM #33923: failing closed covers the write of a reservation, not only the read", async () => {
  const clock = manualClock();
  const inner = memoryStore({ clock });
  const readable: Store = {
    get: (key) => inner.get(key),
    compareAndSet: () => Promise.reject(new Error("read only")),
    list: (prefix) => inner.list(prefix),
    close: () => {},
  };
  const options = { store: readable, limits: { user: { usd: 1 } }, onStoreError: "deny" } as const;
  const { run } = house(options, clock);
  expect((await spend(run({ accounts }), 0)).verdict).toBe("block");
});

test("agent-os #823, LiteLLM #34732: five sub-agents at once don't all pass at 9.90 of 10 USD", async () => {
  const { run } = house({ limits: { session: { usd: 10 } } });
  const session = { session: "s" };
  await spend(run({ accounts: session }), 9.9);
  const decisions = await Promise.all(
    Array.from({ length: 5 }, () => run({ accounts: session }).admit([ask(0.1)])),
  );
  const verdicts = decisions.map(([{ verdict }]) => verdict);
  expect(verdicts.filter((verdict) => verdict === "allow")).toHaveLength(1);
  expect(verdicts).not.toContain("open");
});

test("LiteLLM #38647: worst-case answers don't pin a budget of 25 USD with nothing spent", async () => {
  const { run } = house({ price, limits: { user: { usd: 25 } } });
  const admitted = await Promise.all(
    Array.from({ length: 500 }, () =>
      run({ accounts }).admit([request(3_000, { maxOutputTokens: 128_000 })]),
    ),
  );
  expect(admitted.every(([{ verdict }]) => verdict === "allow")).toBe(true);
});

test("LiteLLM #40002: the price of a long request and its service tier are in the estimate", async () => {
  const asked: unknown[] = [];
  const tiered = (usage: { inputTokens: number; serviceTier: string | undefined }) => {
    asked.push(usage.serviceTier);
    const rate = (usage.inputTokens > 272_000 ? 2 : 1) * (usage.serviceTier === "priority" ? 2 : 1);
    return (rate * usage.inputTokens) / 1_000_000;
  };
  const { registry, run } = house({ price: tiered, limits: { user: { usd: 5 } } });
  await run({ accounts }).admit([request(900_000, { serviceTier: "priority" })]);
  const [balance] = await registry.balances("user:u");
  expect(balance!.reservedUsd).toBeCloseTo(1.2, 1); // 300,000 tokens, at four times the price
  expect(new Set(asked)).toEqual(new Set(["priority"]));
});

test("LiteLLM #37736, gbrain #2149: a limit of 0 blocks", async () => {
  const { run } = house({ limits: { user: { usd: 0 } } });
  expect((await spend(run({ accounts }), 0)).verdict).toBe("open");
});

describe("nika #1368, open-bank-oss #3298 and others: an unknown price is never 0 USD", () => {
  test.for([
    ["ceiling", { price: unknown }, 0.0057],
    [
      "a ceiling of one's own",
      {
        price: unknown,
        pricing: { ceiling: { inputUsdPerMillion: 100, outputUsdPerMillion: 100 } },
      },
      0.01,
    ],
    ["no price table at all", {}, 0.0057],
    [
      "a table that throws",
      {
        price: () => {
          throw new Error("table");
        },
      },
      0.0057,
    ],
    ["allowed on purpose", { price: unknown, pricing: { unknown: "allow" } }, 0],
  ] as const)("%s", async ([, options, usd]) => {
    const { registry, run, events } = house({ ...options, limits: { user: { usd: 1 } } });
    const lane = run({ accounts });
    const [{ token }] = await lane.admit([ask()]);
    await lane.settle(token, { status: "success", usage: { inputTokens: 60, outputTokens: 40 } });
    expect(await registry.balances("user:u")).toMatchObject([{ usd }]);
    expect(events).toContainEqual(expect.objectContaining({ type: "unpriced", model: "m" }));
  });

  test("or its calls are refused, before the first is made", async () => {
    const { run } = house({ price: unknown, pricing: { unknown: "deny" }, budget: { usd: 1 } });
    expect(await spend(run(), 0)).toMatchObject({
      verdict: "open",
      findings: [{ ceiling: "price" }],
    });
  });
});

describe("AgentBudget #15, gemini-cli #28718: an answer without reported usage is not free", () => {
  test.for([
    ["estimate", 0.5],
    ["zero", 0],
  ] as const)("pricing.missingUsage: %s", async ([missingUsage, usd]) => {
    const { registry, run, events } = house({
      pricing: { missingUsage },
      limits: { user: { usd: 1 } },
    });
    const lane = run({ accounts });
    const [{ token }] = await lane.admit([ask(0.5)]);
    await lane.settle(token, { status: "success", result: "Done." });
    expect(await registry.balances("user:u")).toMatchObject([{ usd }]);
    expect(events).toMatchObject([{ type: "missing-usage", model: "m" }]);
  });
});

test("agent-budget-semantics: three tools in parallel are three calls, and the final answer is one", async () => {
  const { registry } = house({ budget: { toolCalls: 3, modelCalls: 2 } });
  const lane = registry.breaker().agent();
  await spend(lane, 0);
  const tools = ["a", "b", "c"].map((tool) => ({ kind: "tool" as const, tool }));
  const decisions = await lane.admit(tools);
  expect(decisions.map(({ verdict }) => verdict)).toEqual(["allow", "allow", "allow"]);
  for (const { token } of decisions) await lane.settle(token, answered(0));
  expect((await spend(lane, 0)).verdict).toBe("allow");
  expect((await spend(lane, 0)).verdict).toBe("open");
});
