import { createBreaker, createRegistry, type ModelUsage, type Usage } from "@guard/core";
import { expect, test } from "vitest";
import { modelPrices } from "../../src/index.ts";

/** The spending of a run after one answer of claude-sonnet-4-5 (3 USD per million in, 15 out). */
async function spentOn(usage: Usage): Promise<number> {
  const breaker = createBreaker({ ...modelPrices(), budget: { usd: 5 } });
  const call = {
    kind: "model",
    provider: "anthropic.messages",
    model: "claude-sonnet-4-5",
  } as const;
  await breaker.agent().run(call, () => "It is 8080.", { usage: () => usage });
  return breaker.spending.usd;
}

test("guard books searches of the provider: it used to book 0.045 of 0.245 USD", async () => {
  const usage = { inputTokens: 10_000, outputTokens: 1_000 };

  expect(await spentOn(usage)).toBeCloseTo(0.045, 9);
  expect(await spentOn({ ...usage, providerTools: { web_search: 20 } })).toBeCloseTo(0.245, 9);
});

test("a cache write for an hour costs twice the input: guard used to book 0.405 of 0.63 USD", async () => {
  const usage = { inputTokens: 100_000, cacheWriteTokens: 100_000, outputTokens: 2_000 };

  expect(await spentOn(usage)).toBeCloseTo(0.405, 9);
  expect(await spentOn({ ...usage, cacheWrite1hTokens: 100_000 })).toBeCloseTo(0.63, 9);
});

test("your own price function gets both", async () => {
  const seen: unknown[] = [];
  const price = (usage: ModelUsage) => {
    seen.push(usage.cacheWrite1hTokens, usage.providerTools);
    return 0;
  };
  const breaker = createBreaker({ price });
  const usage = { inputTokens: 9, cacheWriteTokens: 9, cacheWrite1hTokens: 9, outputTokens: 1 };
  await breaker.agent().run({ kind: "model" }, () => "It is 8080.", {
    usage: () => ({ ...usage, providerTools: { web_search: 3 } }),
  });

  expect(seen.slice(-2)).toEqual([9, { web_search: 3 }]);
});

/** The spending of a user with a limit of 1 USD, after 200 calls at once with one search each. */
async function spentAtOnce(offered: object): Promise<number> {
  const registry = createRegistry({ ...modelPrices(), limits: { user: { usd: 1 } } });
  const call = { kind: "model", model: "gemini-2.5-flash-lite", prompt: "Which port?" } as const;
  const admitted = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const lane = registry.breaker({ accounts: { user: "u" } }).agent();
      const [{ verdict, token }] = await lane.admit([{ ...call, ...offered }]);
      return { lane, verdict, token };
    }),
  );
  const usage = { inputTokens: 20, outputTokens: 50, providerTools: { web_search: 1 } };
  for (const { lane, verdict, token } of admitted) {
    if (verdict === "allow") await lane.settle(token, { status: "success", usage });
  }
  return (await registry.balances("user:u"))[0]?.usd ?? Number.NaN;
}

test("guard holds the fees of searches: 200 calls at once used to spend 7 of 1 USD on them", async () => {
  expect(await spentAtOnce({})).toBeCloseTo(7, 1);
  expect(await spentAtOnce({ providerTools: { web_search: 1 } })).toBeLessThanOrEqual(1);
});
