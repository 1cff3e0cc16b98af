// The section "Before and after a call" of docs/budgets.md. Each test is named after a sentence of the page, or a row of
// its table.
import { describe, expect, test } from "vitest";
import type { Lane } from "../../../src/breaker/lane.ts";
import type { GuardOptions } from "../../../src/options/guard-options.ts";
import type { ModelCall, Outcome, Token } from "../../../src/vocabulary/call.ts";
import { house } from "../../support/accounts.ts";

const accounts = { user: "u" };
const minute = 60_000;

/** A token for each character, and a USD for each token, so that figures can be read off. */
const figures: GuardOptions = {
  tokens: { estimate: ({ length }) => length },
  price: ({ inputTokens, outputTokens }) => inputTokens + outputTokens,
};
const prompt = "x".repeat(23);
const asked: ModelCall = { kind: "model", model: "m", prompt, maxOutputTokens: 100 };

/** A run of a user who may spend so much, and what the user's account says. */
function set(usd = 1e6) {
  const { registry, run, ...rest } = house({ ...figures, limits: { user: { usd } } });
  const breaker = registry.breaker({ accounts });
  const balance = async () => (await registry.balances("user:u"))[0];
  return { ...rest, breaker, lane: breaker.agent(), run, balance };
}

/** How a call ends with an outcome. */
const come = (outcome: Outcome) => (lane: Lane, token: Token) => lane.settle(token, outcome);

describe("Before and after a call", () => {
  test.for([
    ["no limit", {}, 23 + 4_096],
    ["a limit", { maxOutputTokens: 100 }, 23 + 100],
    ["a generous limit", { maxOutputTokens: 128_000 }, 23 + 4_096],
  ] as const)(
    "Before the call, guard holds what the call will cost: the tokens of the request, and the most tokens that the request allows for the answer, up to 4,096. (%s)",
    async ([, more, held]) => {
      const { lane, balance } = set();
      await lane.admit([{ kind: "model", prompt, ...more }]);
      expect(await balance()).toMatchObject({ reservedUsd: held, usd: 0 });
    },
  );

  test("Guard refuses a call for good when what is spent, plus the cost of the call's request alone, exceeds the limit. The run stops.", async () => {
    const { lane, breaker, balance } = set(46);
    const [first] = await lane.admit([asked]);
    await lane.settle(first.token, { status: "success", usage: { inputTokens: 23 } });
    const [second] = await lane.admit([asked]);
    expect(second.verdict, "23 are spent, and 23 are asked").toBe("allow");
    await lane.settle(second.token, { status: "success", usage: { inputTokens: 22 } });
    expect((await lane.admit([asked]))[0].verdict).toBe("open");
    expect(breaker.state).toBe("open");
    expect(await balance()).toMatchObject({ usd: 45, reservedUsd: 0 });
  });

  test("Guard refuses a call for now when only the held cost of other calls is in the way: the verdict is `block`, with `retryAfterMs`. A refusal for now never stops a run.", async () => {
    const { lane, breaker, run } = set(200);
    const other = run({ accounts });
    const [holding] = await other.admit([asked]);
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const [refused] = await lane.admit([asked]);
      expect(refused).toMatchObject({ verdict: "block", retryAfterMs: 1_000 });
    }
    expect(breaker.state).toBe("closed");
    await other.settle(holding.token, { status: "success", usage: { inputTokens: 1 } });
    expect((await lane.admit([asked]))[0].verdict).toBe("allow");
  });

  test("After the call, guard books the real cost in place of the held cost. Guard books every cost: if a cost exceeds the limit, guard refuses the next call.", async () => {
    const { lane, balance } = set(200);
    const [first] = await lane.admit([asked]);
    expect(await balance()).toMatchObject({ usd: 0, reservedUsd: 123 });
    const usage = { inputTokens: 23, outputTokens: 477 };
    expect(await lane.settle(first.token, { status: "success", usage })).toEqual({ applied: true });
    expect(await balance()).toMatchObject({ usd: 500, reservedUsd: 0 });
    expect((await lane.admit([asked]))[0].verdict).toBe("open");
  });

  test("So no budget is overspent by more than the calls in flight.", async () => {
    const { run, balance } = set(1_000);
    const lanes = Array.from({ length: 20 }, () => run({ accounts }));
    const decisions = await Promise.all(lanes.map((lane) => lane.admit([asked])));
    const inFlight = decisions.filter(([{ verdict }]) => verdict === "allow").length;
    expect(inFlight, "each holds 123 of 1,000").toBe(8);
    const usage = { inputTokens: 23, outputTokens: 10_000 };
    for (const [index, [{ token }]] of decisions.entries()) {
      await lanes[index]!.settle(token, { status: "success", usage });
    }
    expect((await balance())!.usd).toBe(8 * 10_023);
    expect((await run({ accounts }).admit([asked]))[0].verdict).toBe("open");
  });

  const usage = { inputTokens: 20, outputTokens: 30, usd: 7 };
  const later = { status: "success", usage: { inputTokens: 1 } } as const;

  test.for<
    readonly [
      string,
      (lane: Lane, token: Token) => unknown,
      booked: object,
      told?: readonly string[],
    ]
  >([
    [
      "an answer with its usage – tokens as reported; money by the price table, else as reported",
      come({ status: "success", usage }),
      { tokens: 50, usd: 50 },
    ],
    [
      'an answer without usage – what was held (`pricing.missingUsage: "estimate"`), and an event',
      come({ status: "success" }),
      { tokens: 123, usd: 123 },
      ["missing-usage"],
    ],
    [
      "an aborted answer that was streamed in part – its request, and what was streamed",
      come({ status: "ignored", streamed: "12345" }),
      { tokens: 28, usd: 28 },
    ],
    [
      "an aborted answer, and guard knows nothing more – what was reported, at least what was held",
      come({ status: "ignored" }),
      { tokens: 123, usd: 123 },
    ],
    [
      "an aborted answer, and guard knows nothing more – more was reported",
      come({ status: "ignored", usage: { inputTokens: 23, outputTokens: 200 } }),
      { tokens: 223, usd: 223 },
    ],
    ["an error – what was reported, else nothing", come({ status: "failure" }), { usd: 0 }],
    [
      "an error – what was reported",
      come({ status: "failure", usage }),
      { tokens: 50, usd: 50, modelCalls: 1 },
    ],
    [
      "the same result twice – the first",
      async (lane, token) => {
        await lane.settle(token, { status: "success", usage });
        await lane.settle(token, later);
      },
      { tokens: 50, usd: 50, modelCalls: 1 },
    ],
    [
      "`lane.release(token)`: the call was never made – nothing; it does not count either",
      (lane, token) => lane.release(token),
      { tokens: 0, usd: 0, modelCalls: 0 },
    ],
  ])("%s", async ([, end, booked, told = []]) => {
    const { lane, balance, breaker, events } = set();
    const [{ token }] = await lane.admit([asked]);
    await end(lane, token);
    expect(await balance()).toMatchObject({ ...booked, reservedUsd: 0 });
    expect(breaker.spending).toMatchObject(booked);
    expect(events.map(({ type }) => type)).toEqual(told);
  });

  test("an answer with its usage – without a price table: money as reported", async () => {
    const { registry } = house({ limits: { user: { usd: 9 } } });
    const breaker = registry.breaker({ accounts });
    await breaker.agent().run(asked, () => "…", { usage: () => usage });
    expect(breaker.spending).toMatchObject({ tokens: 50, usd: 7 });
  });

  test("nothing, for ten minutes (`reservations.ttlMs`) – what was held counts as spent, up to a minute late, until it is settled after all", async () => {
    const { lane, clock, balance } = set();
    const [{ token }] = await lane.admit([asked]);
    clock.advance(10 * minute - 1);
    expect(await balance()).toMatchObject({ usd: 0, reservedUsd: 123 });
    clock.advance(minute);
    expect(await balance()).toMatchObject({ usd: 123, reservedUsd: 0 });
    await lane.settle(token, later);
    expect(await balance()).toMatchObject({ usd: 1, reservedUsd: 0 });
  });
});
