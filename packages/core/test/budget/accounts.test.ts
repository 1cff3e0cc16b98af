import { describe, expect, test } from "vitest";
import type { Accounts } from "../../src/vocabulary/accounts.ts";
import { use } from "../support/breakers.ts";
import { answered, ask, house, spend } from "../support/accounts.ts";

const day = 86_400_000;
const all: Accounts = { session: "s", user: "u", app: "a", organisation: "o" };

describe("accounts nest: each that applies must agree", () => {
  test.for([
    ["session", { session: { usd: 1 } }, "session:s"],
    ["user", { user: { usd: 1 } }, "user:u"],
    ["app", { app: { usd: 1 } }, "app:a"],
    ["organisation", { organisation: { usd: 1 } }, "organisation:o"],
    ["the narrowest of several", { user: { usd: 9 }, organisation: { usd: 1 } }, "organisation:o"],
    ["an agent in each run", { agents: { agent: { usd: 1 } } }, "agent:agent"],
    ["an agent in all runs", { agents: { agent: { usd: 1, per: "day" } } }, "agent:agent"],
  ] as const)("%s", async ([, limits, account]) => {
    const { run } = house({ limits });
    const lane = run({ accounts: all });
    const verdicts = [await spend(lane, 0.6), await spend(lane, 0.6), await spend(lane, 0.6)];
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["allow", "allow", "open"]);
    expect(verdicts[2]!.findings[0]).toMatchObject({ reason: "budget", ceiling: "usd", account });
  });

  test.for([
    ["the same user", { user: "u" }, { user: "u" }, "open"],
    ["another user", { user: "u" }, { user: "v" }, "allow"],
  ] as const)("a run of %s", async ([, first, second, verdict]) => {
    const { run } = house({ limits: { user: { usd: 1 } } });
    await spend(run({ accounts: first }), 1);
    expect((await spend(run({ accounts: second }), 1)).verdict).toBe(verdict);
  });

  test("a tool: its calls and what they cost, and no other tool's", async () => {
    const { run } = house({
      tools: { search: { usd: 0.5 } },
      limits: { tools: { search: { usd: 1, per: "day" }, mail: { toolCalls: 1 } } },
    });
    const verdicts = async (tool: string, times: number) => {
      const lane = run();
      const seen: string[] = [];
      for (let n = 0; n < times; n += 1) {
        const [decision] = await lane.admit([{ ...use(n), tool }]);
        await lane.settle(decision.token, { status: "success", result: n });
        seen.push(decision.verdict);
      }
      return seen;
    };
    expect(await verdicts("search", 2)).toEqual(["allow", "allow"]);
    expect(await verdicts("search", 1)).toEqual(["open"]);
    expect(await verdicts("read", 2)).toEqual(["allow", "allow"]);
    expect(await verdicts("mail", 2)).toEqual(["allow", "open"]);
    expect(await verdicts("mail", 1)).toEqual(["allow"]);
  });

  test("a tool whose name every object has, has no limits", async () => {
    const { run } = house({ limits: { tools: { search: { toolCalls: 0 } } } });
    const names = ["__proto__", "constructor", "toString"];
    const decisions = await run().admit(names.map((tool) => ({ ...use(tool), tool })));
    expect(decisions.map(({ verdict }) => verdict)).toEqual(["allow", "allow", "allow"]);
  });
});

describe("limits", () => {
  test.for([
    ["usd", { usd: 0 }],
    ["tokens", { tokens: 0 }],
    ["modelCalls", { modelCalls: 0 }],
    ["wallMs", { wallMs: 0 }],
  ] as const)(
    "0 %s lets nothing through, and nothing means no limit",
    async ([ceiling, budget]) => {
      const { run } = house({ limits: { user: budget } });
      const decision = await spend(run({ accounts: { user: "u" } }), 1);
      expect(decision).toMatchObject({ verdict: "open", findings: [{ ceiling, limit: 0 }] });
      const free = house({ limits: { user: {} } }).run({ accounts: { user: "u" } });
      expect((await spend(free, 1_000_000)).verdict).toBe("allow");
    },
  );

  test.for([
    ["usd", { usd: 1 }, 0.5],
    ["tokens", { tokens: 200 }, 0],
    ["modelCalls", { modelCalls: 2 }, 0],
  ] as const)("%s: the call that reaches it is allowed, here as in the run", async (row) => {
    const [, budget, usd] = row;
    for (const options of [{ budget }, { limits: { user: budget } }]) {
      const lane = house(options).run({ accounts: { user: "u" } });
      const seen = [await spend(lane, usd), await spend(lane, usd), await spend(lane, usd)];
      expect(seen.map(({ verdict }) => verdict)).toEqual(["allow", "allow", "open"]);
    }
  });

  test("wall time, from the first call of an account in its window", async () => {
    const { run, clock } = house({ limits: { session: { wallMs: 1_000 } } });
    const accounts = { session: "s" };
    expect((await spend(run({ accounts }), 0)).verdict).toBe("allow");
    clock.advance(999);
    expect((await spend(run({ accounts }), 0)).verdict).toBe("allow");
    clock.advance(1);
    expect((await spend(run({ accounts }), 0)).verdict).toBe("open");
  });
});

describe("windows", () => {
  test.for([
    ["hour", 3_600_000],
    ["day", day],
    ["month", 31 * day],
    ["rolling-hour", 3_660_000],
    ["rolling-day", day + 1_440_000],
    ["rolling-month", 30.5 * day],
  ] as const)("a %s that is used up ends, and then the run may go on", async ([per, length]) => {
    const { run, clock } = house({ limits: { user: { usd: 1, per } } });
    const accounts = { user: "u" };
    const lane = run({ accounts });
    await spend(lane, 1);
    const refused = await spend(lane, 1);
    expect(refused.verdict).toBe("open");
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(length);
    clock.advance(refused.retryAfterMs! - 1);
    expect((await spend(lane, 1)).verdict).toBe("open");
    clock.advance(1);
    expect((await spend(lane, 0.5)).verdict).toBe("allow");
    expect((await spend(run({ accounts }), 0.5)).verdict).toBe("allow");
  });

  test("the state and the signal of a stopped run follow the window", async () => {
    const { registry, clock } = house({ limits: { user: { modelCalls: 1, per: "day" } } });
    const breaker = registry.breaker({ accounts: { user: "u" } });
    const lane = breaker.agent();
    await spend(lane, 0);
    const { retryAfterMs } = await spend(lane, 0);
    expect([breaker.state, breaker.signal.aborted]).toEqual(["open", true]);
    clock.advance(retryAfterMs!);
    expect([breaker.state, breaker.signal.aborted]).toEqual(["closed", false]);
    expect(lane.check().verdict).toBe("allow");
  });

  test("several windows of one account hold at once", async () => {
    const limits = {
      user: [
        { usd: 1, per: "hour" },
        { usd: 1.5, per: "day" },
      ],
    } as const;
    const { run, clock } = house({ limits });
    const lane = run({ accounts: { user: "u" } });
    await spend(lane, 1);
    const { retryAfterMs } = await spend(lane, 1);
    clock.advance(retryAfterMs!);
    expect((await spend(lane, 0.5)).verdict).toBe("allow");
    expect(await spend(lane, 0.1)).toMatchObject({ verdict: "open", findings: [{ limit: 1.5 }] });
  });

  test("what is settled after its window has ended is booked where it was held", async () => {
    const { registry, run, clock } = house({ limits: { user: { usd: 1, per: "day" } } });
    const lane = run({ accounts: { user: "u" } });
    const [{ token }] = await lane.admit([ask(1)]);
    clock.advance(day);
    await lane.settle(token, answered(1));
    expect((await spend(lane, 1)).verdict).toBe("allow");
    const usd = (await registry.balances("user:u")).map((balance) => balance.usd);
    expect(usd).toEqual([1, 1]);
  });
});

describe("alerts", () => {
  test.for([
    ["the run", { budget: { usd: 1, alertAt: 0.8 } }, "run"],
    ["a user", { limits: { user: { usd: 1, alertAt: 0.8 } } }, "user:u"],
    ["an agent", { limits: { agents: { agent: { usd: 1, alertAt: 0.8 } } } }, "agent:agent"],
  ] as const)("%s: once, when the share is reached", async ([, options, account]) => {
    const { run, events } = house(options);
    const lane = run({ accounts: { user: "u" } });
    await spend(lane, 0.7);
    expect(events).toEqual([]);
    await spend(lane, 0.1);
    await spend(lane, 0.1);
    expect(events).toMatchObject([
      { type: "budget-alert", account, ceiling: "usd", limit: 1, used: 0.8 },
    ]);
  });

  test("each window raises its own", async () => {
    const limits = { user: { modelCalls: 2, alertAt: 1, per: "hour" } } as const;
    const { run, events, clock } = house({ limits });
    for (let hour = 0; hour < 3; hour += 1) {
      const lane = run({ accounts: { user: "u" } });
      await spend(lane, 0);
      await spend(lane, 0);
      clock.advance(3_600_000);
    }
    expect(events.map(({ type }) => type)).toEqual(Array(3).fill("budget-alert"));
  });
});

describe("what is kept back for the final answer", () => {
  test("only a granted call may use it", async () => {
    const { registry } = house({ budget: { usd: 1, finalAnswer: { usd: 0.2 } } });
    const breaker = registry.breaker();
    const lane = breaker.agent();
    await spend(lane, 0.8);
    expect(await spend(lane, 0.1)).toMatchObject({ verdict: "open", findings: [{ limit: 0.8 }] });
    breaker.override({ grant: "model", by: "guard", why: "a last answer" });
    expect((await spend(lane, 0.1)).verdict).toBe("allow");
    expect((await spend(lane, 0.1)).verdict).toBe("open");
    expect(breaker.spending.usd).toBeCloseTo(0.9, 9);
  });

  test("a granted call is booked in the shared accounts too", async () => {
    const { registry } = house({ limits: { user: { usd: 1 } } });
    const breaker = registry.breaker({ accounts: { user: "u" } });
    const lane = breaker.agent();
    await spend(lane, 1);
    await spend(lane, 1);
    breaker.override({ grant: "model", by: "ops", why: "a last answer" });
    await spend(lane, 0.5);
    expect(await registry.balances("user:u")).toMatchObject([{ usd: 1.5, modelCalls: 2 }]);
  });
});

describe("more budget", () => {
  test.for([
    ["the run", { budget: { usd: 1 } }, undefined],
    ["a user", { limits: { user: { usd: 1 } } }, "user:u"],
  ] as const)("%s: a stopped run goes on with it", async ([, options, account]) => {
    const { registry } = house(options);
    const breaker = registry.breaker({ accounts: { user: "u" } });
    const lane = breaker.agent();
    await spend(lane, 1);
    expect((await spend(lane, 1)).verdict).toBe("open");
    breaker.override({ extend: { usd: 0.5 }, account, by: "ops", why: "nearly there" });
    expect(breaker.state).toBe("closed");
    expect((await spend(lane, 0.5)).verdict).toBe("allow");
    expect((await spend(lane, 0.1)).verdict).toBe("open");
  });
});

describe("limits that would hold no run are refused", () => {
  test("a level without an account", () => {
    const { registry } = house({ limits: { user: { usd: 1 }, app: { usd: 1 } } });
    expect(() => registry.breaker()).toThrow(
      "accounts.user: is missing, but limits.user needs it (write registry.breaker({ accounts: { user } })); " +
        "accounts.app: is missing, but limits.app needs it (write registry.breaker({ accounts: { app } }))",
    );
  });

  test.for([
    [
      { limits: { user: { usd: Number.NaN } } },
      "limits.user.usd: expected a number of at least 0, received NaN",
    ],
    [
      { limits: { user: [{ usd: -1 }] } },
      "limits.user.0.usd: expected a number of at least 0, received -1",
    ],
    [{ limits: { users: {} } }, "limits.users: there is no such option"],
    [
      { limits: { user: { per: "week" } } },
      'limits.user.per: expected one of hour, day, month, rolling-hour, rolling-day, rolling-month, received "week"',
    ],
    [
      { limits: { user: { per: "day", timeZone: "Mars" } } },
      'limits.user.timeZone: expected a time zone such as Europe/Berlin, received "Mars"',
    ],
    [
      { limits: { user: { per: "rolling-day", wallMs: 1 } } },
      `limits.user.wallMs: a rolling window can't limit wallMs (write per: "day")`,
    ],
    [
      { budget: { usd: 1, alertAt: 80 } },
      "budget.alertAt: expected a share from 0 to 1, received 80",
    ],
    [
      { budget: { usd: 1, finalAnswer: { usd: 2 } } },
      "budget.finalAnswer.usd: 2 is above budget.usd (1)",
    ],
    [
      { budget: { finalAnswer: { tokens: 2 } } },
      "budget.finalAnswer.tokens: 2 can't be kept from a budget without tokens (write tokens, too)",
    ],
    [{ accounts: { user: "" } }, 'accounts.user: expected a text that is not empty, received ""'],
    [{ ledger: {} }, "ledger: expected a ledger with append and read, received an object"],
  ] as const)("%j", ([options, message]) => {
    expect(() => house(options as never)).toThrow(message);
  });
});
