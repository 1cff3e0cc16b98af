// Tools that a provider runs itself (web search, file search, code) have a fee. It used to be 0 USD where the price of the
// model, or the tokens of its answer, were not known, and nothing was held for it before a call.
import { describe, expect, test } from "vitest";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import type { Price } from "../../src/ports/price.ts";
import type { ModelCall, Outcome, Usage } from "../../src/vocabulary/call.ts";
import { house } from "../support/accounts.ts";

const accounts = { user: "u" };
/** 4,096 tokens are held for the answer, and none for the request. */
const asked: ModelCall = { kind: "model", model: "m" };
const tokens: Usage = { inputTokens: 60, outputTokens: 40 };
const ceiling = 0.0057; // of 60 tokens in and 40 out
const ceilingHeld = 0.49152; // of 4,096 tokens out
const priceHeld = 0.004096;

/** 1 USD for a million tokens, 0.01 for a search. */
const price: Price = ({ inputTokens, outputTokens, providerTools }) =>
  (inputTokens + outputTokens) / 1e6 + 0.01 * (providerTools?.web_search ?? 0);

/** What a user has spent after one call, and what was told of it. */
async function booked(options: GuardOptions, outcome: Outcome, call = asked) {
  const { registry, run, events } = house({ ...options, limits: { user: { usd: 100 } } });
  const lane = run({ accounts });
  const [{ token }] = await lane.admit([call]);
  await lane.settle(token, outcome);
  const [balance] = await registry.balances("user:u");
  return { usd: balance?.usd, told: events.map(({ type }) => type) };
}

/** Of 20 calls at once against 0.1 USD, those that are let through. */
async function letThrough(call: ModelCall): Promise<number> {
  const { run } = house({ price, limits: { user: { usd: 0.1 } } });
  const all = Array.from({ length: 20 }, () => run({ accounts }).admit([call]));
  return (await Promise.all(all)).filter(([{ verdict }]) => verdict === "allow").length;
}

describe("an unknown fee costs the highest known one, and guard emits an event", () => {
  test.for<readonly [usage: Usage, usd: number]>([
    [{ ...tokens, providerTools: { web_search: 1 } }, ceiling + 0.035],
    [{ ...tokens, providerTools: { web_search: 3 } }, ceiling + 0.105],
    [{ ...tokens, providerTools: { file_search: 2 } }, ceiling + 0.005],
    [{ ...tokens, providerTools: { code_execution: 2, web_search: 1 } }, ceiling + 0.095],
    [{ ...tokens, providerTools: {} }, ceiling],
    [{ ...tokens, providerTools: { web_search: 3 }, usd: 0.5 }, 0.5],
  ])("%j costs %d USD", async ([usage, usd]) => {
    const { usd: spent, told } = await booked({}, { status: "success", usage });
    expect(spent).toBeCloseTo(usd, 9);
    expect(told).toEqual(usage.usd === undefined ? ["unpriced"] : []);
  });

  test("except where an unknown price is allowed", async () => {
    const usage = { ...tokens, providerTools: { web_search: 3 } };
    const options = { pricing: { unknown: "allow" } } as const;
    expect((await booked(options, { status: "success", usage })).usd).toBe(0);
  });
});

describe("an answer with tools and no tokens costs its hold and the fees", () => {
  const usage = { providerTools: { web_search: 3 } };
  const searching = { ...asked, providerTools: { web_search: 1 } };
  test.for<readonly [string, GuardOptions, Outcome, usd: number, call?: ModelCall]>([
    ["an answer", { price }, { status: "success", usage }, priceHeld + 0.03],
    ["an answer of unknown price", {}, { status: "success", usage }, ceilingHeld + 0.105],
    ["an aborted one", { price }, { status: "ignored", usage }, priceHeld + 0.03],
    ["one that failed costs its fee alone", { price }, { status: "failure", usage }, 0.03],
    [
      "where what is missing counts as 0, the fee alone",
      { price, pricing: { missingUsage: "zero" } },
      { status: "success", usage },
      0.03,
    ],
    [
      "never twice, where a fee was held before",
      { price },
      { status: "success", usage },
      priceHeld + 0.03,
      searching,
    ],
    [
      "a caller who knows better is believed where that is more",
      { price },
      { status: "success", usage },
      2,
      { ...asked, estimate: { usd: 2 } },
    ],
  ])("%s", async ([, options, outcome, usd, call]) => {
    expect((await booked(options, outcome, call)).usd).toBeCloseTo(usd, 9);
  });
});

describe("the fee of each tool that a request offers is held until it is known", () => {
  test.for<readonly [string, GuardOptions, ModelCall["providerTools"], usd: number]>([
    ["none", { price }, undefined, priceHeld],
    ["a search", { price }, { web_search: 1 }, priceHeld + 0.01],
    ["as many as the caller says", { price }, { web_search: 5 }, priceHeld + 0.05],
    ["of an unknown price the stand-in", {}, { web_search: 1 }, ceilingHeld + 0.035],
  ])("%s", async ([, options, providerTools, usd]) => {
    const { registry, run } = house({ ...options, limits: { user: { usd: 100 } } });
    const call = { ...asked, ...(providerTools && { providerTools }) };
    await run({ accounts }).admit([call]);
    const [balance] = await registry.balances("user:u");
    expect(balance?.reservedUsd).toBeCloseTo(usd, 9);
  });

  test("calls at the same time don't overspend an account by their fees", async () => {
    const call = { ...asked, maxOutputTokens: 100 };
    expect(await letThrough(call)).toBe(20); // they would cost 0.2 USD of 0.1
    expect(await letThrough({ ...call, providerTools: { web_search: 1 } })).toBe(9);
  });

  test("and an answer that has searched more often passes the limit by the rest, the next call is refused", async () => {
    const { registry, run } = house({ price, limits: { user: { usd: 0.02 } } });
    const lane = run({ accounts });
    const call = { ...asked, maxOutputTokens: 100, providerTools: { web_search: 1 } };
    const [{ verdict, token }] = await lane.admit([call]);
    expect(verdict).toBe("allow");
    const usage = { ...tokens, providerTools: { web_search: 3 } };
    await lane.settle(token, { status: "success", usage });
    const [balance] = await registry.balances("user:u");
    expect(balance?.usd).toBeCloseTo(0.0301, 9);
    expect((await lane.admit([call]))[0]).toMatchObject({
      verdict: "open",
      findings: [{ ceiling: "usd", price: { providerToolUsd: { web_search: 0.01 } } }],
    });
  });

  test("but a fee that a call may not cost refuses no call for good", async () => {
    const { run } = house({ price, limits: { user: { usd: 0.005 } } });
    const [{ verdict }] = await run({ accounts }).admit([
      { ...asked, maxOutputTokens: 100, providerTools: { web_search: 1 } },
    ]);
    expect(verdict).toBe("allow");
  });
});
