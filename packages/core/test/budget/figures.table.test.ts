// The pure figures of budgets: amounts, balances, postings, holds, limits and alerts.
import { describe, expect, test } from "vitest";
import {
  accountLimitsOf,
  balanceName,
  runLimits,
  sharedLimits,
  type AccountLimit,
} from "../../src/budget/account-limit.ts";
import { dueAlerts, roomBeforeAlerts } from "../../src/budget/alerts.ts";
import {
  amountsOf,
  amountsOfEstimate,
  atLeast,
  isBookable,
  plus,
  toNanoUsd,
  toUsd,
  whole,
} from "../../src/budget/amounts.ts";
import {
  added,
  elapsedMs,
  emptyBalance,
  heldAt,
  post,
  runningAt,
  slotsOf,
  spending,
  unused,
  usedIn,
  type Balance,
} from "../../src/budget/balance.ts";
import { accountFaults, budgetFaults } from "../../src/budget/limit-faults.ts";
import { findLimitHit, limitFor } from "../../src/budget/limit-hit.ts";
import { isOfRun, limited, type Budget } from "../../src/budget/limits.ts";
import {
  balanceNameOf,
  costPostings,
  holdPostings,
  moves,
  negated,
  postingsOf,
  releasePostings,
} from "../../src/budget/postings.ts";
import { endHold, heldPostings, makeHold } from "../../src/budget/hold-figures.ts";
import { promptText } from "../../src/budget/prompt-text.ts";
import type { Posting } from "../../src/vocabulary/posting.ts";

const life = { per: undefined, timeZone: "UTC" } as const;
const now = Date.UTC(2026, 10, 29, 12, 30);
const minute = 60_000;
const hour = 60 * minute;

const posting = (change: Partial<Posting> = {}): Posting => ({
  account: "user:42",
  window: "life",
  slot: "0",
  expires: "0",
  modelCalls: 1,
  toolCalls: 2,
  delegations: 3,
  tokens: 4,
  nanoUsd: 5,
  heldTokens: 0,
  heldNanoUsd: 0,
  ...change,
});

const lifelong = (account: string): AccountLimit => ({ account, window: life, budget: {} });

const namesOf = (all: readonly AccountLimit[]) =>
  all.map(({ account, window }) => `${account} ${window.per ?? "life"}`);

const holding = (tokens: number, expires: number) => ({
  held: { [expires]: { tokens, nanoUsd: tokens } },
});

const using = (used: Partial<typeof unused>, alerted = {}): Balance => ({
  ...emptyBalance,
  used: { 0: { ...unused, ...used } },
  alerted,
});

describe("amounts", () => {
  test.each<[usage: object | undefined, tokens: number, nanoUsd: number]>([
    [undefined, 0, 0],
    [{}, 0, 0],
    [{ inputTokens: 3, outputTokens: 4, usd: 0.5 }, 7, 5e8],
    [{ inputTokens: 3 }, 3, 0],
    [{ outputTokens: 4 }, 4, 0],
    [{ inputTokens: -3, outputTokens: Number.NaN, usd: Number.POSITIVE_INFINITY }, 0, 0],
    [{ inputTokens: "3", usd: "1" }, 0, 0],
    [{ inputTokens: 1.5, usd: 1e-9 }, 2, 1],
    [{ inputTokens: 1e300, usd: 1e300 }, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])("a reported usage %j is %d tokens and %d nano-dollars", (usage, tokens, nanoUsd) => {
    expect(amountsOf(usage as never)).toEqual({ tokens, nanoUsd });
  });

  test("an estimate is read in the same way", () => {
    expect(amountsOfEstimate({ tokens: 7, usd: 0.5 })).toEqual({ tokens: 7, nanoUsd: 5e8 });
    expect(amountsOfEstimate({ tokens: -1, usd: Number.NaN })).toEqual({ tokens: 0, nanoUsd: 0 });
    expect(amountsOfEstimate(undefined)).toEqual({ tokens: 0, nanoUsd: 0 });
  });

  test("guard books only figures that are finite and at least 0", () => {
    expect([0, 1, 0.5].map(isBookable)).toEqual([true, true, true]);
    const wrong = [-1, Number.NaN, Number.POSITIVE_INFINITY, "1", null, undefined, 1n];
    expect(wrong.map(isBookable)).toEqual(wrong.map(() => false));
  });

  test("sums and the larger of each", () => {
    const [a, b] = [
      { tokens: 1, nanoUsd: 20 },
      { tokens: 3, nanoUsd: 4 },
    ];
    expect(plus(a, b)).toEqual({ tokens: 4, nanoUsd: 24 });
    expect(atLeast(a, b)).toEqual({ tokens: 3, nanoUsd: 20 });
    expect([toNanoUsd(1.5), toUsd(1.5e9), whole(1.4), whole(1.5)]).toEqual([1.5e9, 1.5, 1, 2]);
  });
});

describe("a balance", () => {
  const held = { heldTokens: 10, heldNanoUsd: 20, expires: "900" };

  test("adds up the postings of a slot", () => {
    const twice = post(post(emptyBalance, posting()), posting());
    expect(twice).toEqual({
      ...emptyBalance,
      used: { 0: { modelCalls: 2, toolCalls: 4, delegations: 6, tokens: 8, nanoUsd: 10 } },
    });
    expect(post(twice, posting({ slot: "1" })).used["0"]).toEqual(twice.used["0"]);
  });

  test("counts no delegations of older postings", () => {
    const { delegations: _, ...older } = posting();
    expect(added(older, older)).toMatchObject({ delegations: 0, tokens: 8 });
  });

  test("holds amounts by the time when they expire, and forgets what is free again", () => {
    const one = post(emptyBalance, posting(held));
    expect(one.held).toEqual({ 900: { tokens: 10, nanoUsd: 20 } });
    const two = post(one, posting({ ...held, expires: "800" }));
    expect(Object.keys(two.held)).toEqual(["800", "900"]);
    const free = posting({ heldTokens: -10, heldNanoUsd: -20, expires: "900" });
    expect(post(two, free).held).toEqual({ 800: { tokens: 10, nanoUsd: 20 } });
    const half = posting({ heldTokens: -10, heldNanoUsd: 0, expires: "900" });
    expect(post(one, half).held).toEqual({ 900: { tokens: 0, nanoUsd: 20 } });
    const rest = posting({ heldTokens: 0, heldNanoUsd: -20, expires: "900" });
    expect(post(one, rest).held).toEqual({ 900: { tokens: 10, nanoUsd: 0 } });
  });

  test("what is held is reserved until it expires, and overdue from then on", () => {
    const balance: Balance = {
      ...emptyBalance,
      held: { 800: { tokens: 1, nanoUsd: 2 }, 900: { tokens: 3, nanoUsd: 4 } },
    };
    expect(heldAt(balance, 799)).toEqual({
      reserved: { tokens: 4, nanoUsd: 6 },
      overdue: { tokens: 0, nanoUsd: 0 },
    });
    expect(heldAt(balance, 800)).toEqual({
      reserved: { tokens: 3, nanoUsd: 4 },
      overdue: { tokens: 1, nanoUsd: 2 },
    });
  });

  test("its time runs from the first call on, and never back", () => {
    const begun = runningAt(emptyBalance, 100);
    expect(begun).toMatchObject({ startedAt: 100, latestAt: 100 });
    const later = runningAt(begun, 150);
    expect(later).toMatchObject({ startedAt: 100, latestAt: 150 });
    expect(runningAt(later, 120)).toMatchObject({ startedAt: 100, latestAt: 150 });
    expect([90, 120, 150, 180].map((at) => elapsedMs(later, at))).toEqual([50, 50, 50, 80]);
    expect(elapsedMs({ ...emptyBalance, startedAt: 100 }, 90)).toBe(0);
    expect(elapsedMs(emptyBalance, 500)).toBe(0);
  });

  test("without a window its life is one slot", () => {
    const balance = post(post(emptyBalance, posting()), posting({ slot: "7" }));
    expect(usedIn(balance, life, now)).toMatchObject({ tokens: 4 });
    expect(usedIn(emptyBalance, life, now)).toEqual(unused);
    expect(spending(balance)).toEqual({
      modelCalls: 1,
      toolCalls: 2,
      delegations: 3,
      tokens: 4,
      usd: 5e-9,
    });
    const nothing = { modelCalls: 0, toolCalls: 0, delegations: 0, tokens: 0, usd: 0 };
    expect([spending(undefined), spending(emptyBalance)]).toEqual([nothing, nothing]);
  });

  test("a rolling window sums the slots that are still inside", () => {
    const rolling = { per: "rolling-hour", timeZone: "UTC" } as const;
    const [limit] = accountLimitsOf(
      {},
      { user: { tokens: 9, per: "rolling-hour" } },
      { user: "42" },
    ).shared;
    const at = (time: number) =>
      holdPostings(
        [limit!],
        { modelCalls: 1, toolCalls: 0, delegations: 0, likely: { tokens: 0, nanoUsd: 0 } },
        time,
        minute,
      )[0]!;
    const balance = [now - 2 * hour, now - 30 * minute, now]
      .map(at)
      .reduce((sum, one) => post(sum, one), emptyBalance);
    expect(usedIn(balance, rolling, now)).toMatchObject({ modelCalls: 2 });
    expect(Object.keys(balance.used).length).toBe(3);
    const slots = slotsOf(balance, rolling, now);
    expect(new Set(slots).size).toBe(slots.length);
    expect(slots).toContain(at(now).slot);
    expect(slots).not.toContain(at(now - 2 * hour).slot);
  });
});

describe("postings", () => {
  const held = [posting({ tokens: 0, nanoUsd: 0, heldTokens: 10, heldNanoUsd: 20 })];
  const estimate = {
    modelCalls: 1,
    toolCalls: 2,
    delegations: 3,
    likely: { tokens: 10, nanoUsd: 20 },
  } as const;

  test("a hold counts the call, holds its likely cost, and expires at a full minute", () => {
    expect(holdPostings([lifelong("run")], estimate, 1, minute)).toEqual([
      {
        account: "run",
        window: "life",
        slot: "0",
        expires: String(2 * minute),
        modelCalls: 1,
        toolCalls: 2,
        delegations: 3,
        tokens: 0,
        nanoUsd: 0,
        heldTokens: 10,
        heldNanoUsd: 20,
      },
    ]);
    expect(holdPostings([lifelong("run")], estimate, minute, minute)[0]!.expires).toBe(
      String(2 * minute),
    );
  });

  test("several limits of one account in one window share a posting", () => {
    const both = holdPostings([lifelong("a"), lifelong("a"), lifelong("b")], estimate, 0, minute);
    expect(both.map(balanceNameOf)).toEqual(["a life", "b life"]);
  });

  test("the cost replaces what was held", () => {
    expect(costPostings(held, { tokens: 7, nanoUsd: 8 })).toEqual([
      posting({
        modelCalls: 0,
        toolCalls: 0,
        delegations: 0,
        tokens: 7,
        nanoUsd: 8,
        heldTokens: -10,
        heldNanoUsd: -20,
      }),
    ]);
  });

  test("a release takes back the count, too", () => {
    const released = releasePostings(held);
    expect(released).toEqual([
      posting({
        modelCalls: -1,
        toolCalls: -2,
        delegations: -3,
        tokens: 0,
        nanoUsd: 0,
        heldTokens: -10,
        heldNanoUsd: -20,
      }),
    ]);
    const { delegations: _, ...older } = held[0]!;
    expect(releasePostings([older])[0]!.delegations).toBe(0);
    const sum = [...held, ...released].reduce((balance, one) => post(balance, one), emptyBalance);
    expect(sum).toEqual({ ...emptyBalance, used: { 0: unused } });
  });

  test("the opposite of a posting undoes it, and is never -0", () => {
    const both = post(
      post(emptyBalance, posting({ heldTokens: 9 })),
      negated(posting({ heldTokens: 9 })),
    );
    expect(both).toEqual({ ...emptyBalance, used: { 0: unused } });
    const zero = posting({ modelCalls: 0, toolCalls: 0, delegations: 0, tokens: 0, nanoUsd: 0 });
    expect(JSON.parse(JSON.stringify(negated(zero)))).toEqual(negated(zero));
    const { delegations: _, ...older } = posting();
    expect(negated(older).delegations).toBe(0);
  });

  test.each([
    "modelCalls",
    "toolCalls",
    "delegations",
    "tokens",
    "nanoUsd",
    "heldTokens",
    "heldNanoUsd",
  ] as const)("a posting with %s alone changes a figure", (figure) => {
    const none = { modelCalls: 0, toolCalls: 0, delegations: 0, tokens: 0, nanoUsd: 0 };
    expect(moves(posting(none))).toBe(false);
    expect(moves(posting({ ...none, [figure]: -1 }))).toBe(true);
    const { delegations: _, ...older } = posting(none);
    expect(moves(older)).toBe(false);
  });

  test("a balance can be written as the postings that make it", () => {
    const balance = post(
      post(emptyBalance, posting({ slot: "3" })),
      posting({ slot: "4", heldTokens: 10, heldNanoUsd: 20, expires: "900" }),
    );
    const postings = postingsOf("user:42", "life", balance);
    expect(postings.length).toBe(3);
    expect(postings.every(({ account, window }) => `${account} ${window}` === "user:42 life")).toBe(
      true,
    );
    const again = postings.reduce((sum, one) => post(sum, one), emptyBalance);
    expect(again.held).toEqual(balance.held);
    expect(usedIn({ ...again, used: { 0: again.used["3"]! } }, life, now)).toEqual(
      balance.used["3"],
    );
    expect(again.used["4"]).toEqual(balance.used["4"]);
    expect(again.used["0"]).toEqual(unused);
  });
});

describe("a hold in a store", () => {
  const two = [
    posting({ heldTokens: 10, heldNanoUsd: 20 }),
    posting({ account: 'a "quoted" one', window: "2026-11", slot: "7", expires: "900" }),
  ];
  const times = { expiresAt: 5, neededUntil: 6 };

  test("holds its postings, and gives them back", () => {
    const hold = makeHold("hold:1", two, times);
    expect(hold).toMatchObject({ key: "hold:1", ...times, max: [{ sumOf: ["made"], atMost: 1 }] });
    expect(hold.add).toMatchObject({ made: 1, ended: -1 });
    expect(heldPostings(hold.add)).toEqual(two);
  });

  test("an older posting without delegations has none", () => {
    const { delegations: _, ...older } = posting();
    expect(heldPostings(makeHold("h", [older], times).add)).toEqual([posting({ delegations: 0 })]);
  });

  test("figures that were not written are 0", () => {
    expect(heldPostings({ '["a","life","0","9"] tokens': 4, made: 1 })).toEqual([
      {
        account: "a",
        window: "life",
        slot: "0",
        expires: "9",
        modelCalls: 0,
        toolCalls: 0,
        delegations: 0,
        tokens: 4,
        nanoUsd: 0,
        heldTokens: 0,
        heldNanoUsd: 0,
      },
    ]);
  });

  test("ends once: the store refuses to end a missing hold", () => {
    expect(endHold("hold:1")).toEqual({
      key: "hold:1",
      add: { ended: 1 },
      max: [{ sumOf: ["ended"], atMost: 0 }],
      expiresAt: 0,
    });
  });
});

describe("the limits of a call", () => {
  const limits = accountLimitsOf(
    { usd: 5 },
    {
      user: [{ usd: 1, per: "hour" }, { usd: 2 }],
      app: { usd: 3 },
      agents: { writer: { modelCalls: 1 } },
      tools: { send: [{ toolCalls: 1 }, { toolCalls: 9, per: "day", timeZone: "Europe/Berlin" }] },
    },
    { user: "42" },
  );
  test.each<
    [
      agent: string,
      call: { kind: "tool" | "model" | "delegation"; tool?: string },
      run: string[],
      shared: string[],
    ]
  >([
    ["a", { kind: "model" }, ["run life"], ["user:42 hour", "user:42 life"]],
    [
      "writer",
      { kind: "model" },
      ["run life", "agent:writer life"],
      ["user:42 hour", "user:42 life"],
    ],
    [
      "a",
      { kind: "tool", tool: "send" },
      ["run life", "tool:send life"],
      ["user:42 hour", "user:42 life", "tool:send day"],
    ],
    ["a", { kind: "tool", tool: "read" }, ["run life"], ["user:42 hour", "user:42 life"]],
    ["a", { kind: "delegation", tool: "send" }, ["run life"], ["user:42 hour", "user:42 life"]],
    [
      "writer",
      { kind: "tool", tool: "send" },
      ["run life", "agent:writer life", "tool:send life"],
      ["user:42 hour", "user:42 life", "tool:send day"],
    ],
  ])("%s, %j", (agent, target, run, shared) => {
    expect(namesOf(runLimits(limits, agent, target))).toEqual(run);
    expect(namesOf(sharedLimits(limits, agent, target))).toEqual(shared);
  });

  test("a limit's window is in its time zone, and UTC by default", () => {
    const [, , daily] = sharedLimits(limits, "a", { kind: "tool", tool: "send" });
    expect(daily!.window.timeZone).toBe("Europe/Berlin");
    expect(limits.shared[0]!.window.timeZone).toBe("UTC");
    expect(limits.run[0]!.window).toEqual(life);
    expect(balanceName(limits.run[0]!, now)).toBe("run life");
  });

  test.each<[budget: Budget, limits: object, usd: boolean, tokens: boolean]>([
    [{}, {}, false, false],
    [{ usd: 1 }, {}, true, false],
    [{ tokens: 0 }, {}, false, true],
    [{}, { user: { usd: 1 } }, true, false],
    [{}, { app: [{ modelCalls: 1 }, { tokens: 1 }] }, false, true],
    [{}, { agents: { a: { usd: 1 } }, tools: { t: { tokens: 1 } } }, true, true],
    [{ modelCalls: 1 }, { user: undefined }, false, false],
  ])("%j with %j: usd %s, tokens %s", (budget, own, usd, tokens) => {
    expect(limited(budget, own)).toEqual({ usd, tokens });
  });

  test("an agent's budget without a window is one of the run", () => {
    expect([isOfRun({}), isOfRun({ per: "day" })]).toEqual([true, false]);
  });
});

describe("the limit that refuses a call", () => {
  const none = { tokens: 0, nanoUsd: 0 };
  const call = (change: object = {}) => ({
    modelCalls: 1,
    toolCalls: 0,
    delegations: 0,
    certain: none,
    likely: none,
    ...change,
  });
  const hit = (
    budget: Budget,
    used: Partial<typeof unused>,
    estimate: ReturnType<typeof call> = call(),
    change: Partial<Balance> = {},
    extra = {},
  ) =>
    findLimitHit(
      { account: "run", window: life, budget },
      { ...emptyBalance, used: { 0: { ...unused, ...used } }, ...change },
      estimate,
      extra,
      now,
    );
  test.each<[name: string, found: ReturnType<typeof hit>, expected: object | undefined]>([
    ["no limit", hit({}, { modelCalls: 99, tokens: 99, nanoUsd: 99 }), undefined],
    ["the last model call", hit({ modelCalls: 3 }, { modelCalls: 2 }), undefined],
    [
      "one more model call",
      hit({ modelCalls: 3 }, { modelCalls: 3 }),
      { ceiling: "modelCalls", limit: 3, used: 3 },
    ],
    [
      "a tool call, when only model calls are used up",
      hit({ modelCalls: 3 }, { modelCalls: 3 }, call({ modelCalls: 0, toolCalls: 1 })),
      undefined,
    ],
    [
      "the last tool call",
      hit({ toolCalls: 3 }, { toolCalls: 2 }, call({ toolCalls: 1 })),
      undefined,
    ],
    [
      "one more tool call",
      hit({ toolCalls: 3 }, { toolCalls: 4 }, call({ toolCalls: 1 })),
      { ceiling: "toolCalls", limit: 3, used: 4 },
    ],
    [
      "a model call, when only tool calls are used up",
      hit({ toolCalls: 3 }, { toolCalls: 3 }),
      undefined,
    ],
    ["tokens are left", hit({ tokens: 10 }, { tokens: 9 }), undefined],
    [
      "no token is left",
      hit({ tokens: 10 }, { tokens: 10 }),
      { ceiling: "tokens", limit: 10, used: 10 },
    ],
    [
      "the request fits",
      hit({ tokens: 10 }, { tokens: 4 }, call({ certain: { tokens: 6, nanoUsd: 0 } })),
      undefined,
    ],
    [
      "the request alone passes the limit",
      hit({ tokens: 10 }, { tokens: 4 }, call({ certain: { tokens: 7, nanoUsd: 0 } })),
      { ceiling: "tokens", limit: 10, used: 4 },
    ],
    [
      "only a long answer would pass the limit",
      hit({ tokens: 10 }, { tokens: 4 }, call({ likely: { tokens: 99, nanoUsd: 0 } })),
      undefined,
    ],
    [
      "overdue reservations count as spent",
      hit({ tokens: 10 }, { tokens: 4 }, call(), holding(6, now)),
      { ceiling: "tokens", limit: 10, used: 10 },
    ],
    [
      "pending calls are in the way",
      hit(
        { tokens: 10 },
        { tokens: 4 },
        call({ likely: { tokens: 1, nanoUsd: 0 } }),
        holding(6, now + 1),
      ),
      { ceiling: "tokens", limit: 10, used: 10, contention: true },
    ],
    [
      "pending calls leave room",
      hit(
        { tokens: 10 },
        { tokens: 4 },
        call({ likely: { tokens: 1, nanoUsd: 0 } }),
        holding(5, now + 1),
      ),
      undefined,
    ],
    [
      "USD are in dollars",
      hit({ usd: 2 }, { nanoUsd: 2e9 }),
      { ceiling: "usd", limit: 2, used: 2 },
    ],
    ["a cent is left", hit({ usd: 2 }, { nanoUsd: 1.99e9 }), undefined],
    [
      "an extension makes room",
      hit({ usd: 2 }, { nanoUsd: 2e9 }, call(), {}, { usd: 1 }),
      undefined,
    ],
    [
      "a part is kept for the last answer",
      hit({ modelCalls: 3, finalAnswer: { modelCalls: 1 } }, { modelCalls: 2 }),
      { ceiling: "modelCalls", limit: 2, used: 2 },
    ],
    ["the first call starts the time", hit({ wallMs: 5 }, {}), undefined],
    [
      "a limit of no time lets nothing through",
      hit({ wallMs: 0 }, {}),
      { ceiling: "wallMs", limit: 0, used: 0 },
    ],
    ["time is left", hit({ wallMs: 5 }, {}, call(), { startedAt: now - 4 }), undefined],
    [
      "the time is over",
      hit({ wallMs: 5 }, {}, call(), { startedAt: now - 5 }),
      { ceiling: "wallMs", limit: 5, used: 5 },
    ],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected && { account: "run", contention: false, ...expected });
  });

  test("a used-up window says when it ends; one that only waits for others does not", () => {
    const daily = {
      account: "user:42",
      window: { per: "day", timeZone: "UTC" },
      budget: { tokens: 10 },
    } as const;
    const used = holdPostings([daily], { ...call(), likely: none }, now, minute)
      .map((one) => ({ ...one, tokens: 10 }))
      .reduce((sum, one) => post(sum, one), emptyBalance);
    expect(findLimitHit(daily, used, call(), {}, now)).toEqual({
      ceiling: "tokens",
      limit: 10,
      used: 10,
      account: "user:42",
      contention: false,
      until: Date.UTC(2026, 10, 30),
    });
  });

  test("a limit with its extension, less what is kept for the last answer", () => {
    const budget = { usd: 5, tokens: 100, toolCalls: 7, finalAnswer: { usd: 1, tokens: 30 } };
    expect(limitFor({ budget }, {}, "usd")).toBe(4e9);
    expect(limitFor({ budget }, { usd: 2 }, "usd")).toBe(6e9);
    expect(limitFor({ budget }, { tokens: 5 }, "tokens")).toBe(75);
    expect(limitFor({ budget }, { toolCalls: 1 }, "toolCalls")).toBe(8);
    expect(limitFor({ budget }, { modelCalls: 1 }, "modelCalls")).toBeUndefined();
  });
});

describe("alerts", () => {
  const budget: Budget = { modelCalls: 10, toolCalls: 10, tokens: 100, usd: 2, alertAt: 0.5 };
  const limit: AccountLimit = { account: "run", window: life, budget };
  const due = (used: Partial<typeof unused>, alerted = {}, own = limit) =>
    dueAlerts(own, using(used, alerted), now).map(
      ({ ceiling, used: figure, limit: most }) => `${ceiling} ${figure} of ${most}`,
    );

  test.each<[used: Partial<typeof unused>, alerts: string[]]>([
    [{ modelCalls: 4, toolCalls: 4, tokens: 49, nanoUsd: 0.99e9 }, []],
    [{ modelCalls: 5 }, ["modelCalls 5 of 10"]],
    [{ toolCalls: 6 }, ["toolCalls 6 of 10"]],
    [{ tokens: 50 }, ["tokens 50 of 100"]],
    [{ nanoUsd: 1e9 }, ["usd 1 of 2"]],
    [{ modelCalls: 9, nanoUsd: 3e9 }, ["modelCalls 9 of 10", "usd 3 of 2"]],
  ])("%j: %j", (used, alerts) => {
    expect(due(used)).toEqual(alerts);
  });

  test("each comes once in the life of an account, and none without alertAt", () => {
    expect(due({ modelCalls: 9 }, { modelCalls: 1 })).toEqual([]);
    const { alertAt: _, ...silent } = budget;
    expect(due({ modelCalls: 9 }, {}, { ...limit, budget: silent })).toEqual([]);
    expect(dueAlerts(limit, using({ modelCalls: 5 }), now)[0]).toMatchObject({ account: "run" });
  });

  test("the room that is left before the next alert", () => {
    const room = roomBeforeAlerts(
      limit,
      using({ modelCalls: 5, toolCalls: 1, tokens: 7, nanoUsd: 3 }),
      now,
    );
    expect(room.map(({ atMost }) => atMost)).toEqual([4, 49, 1e9 - 1]);
    expect(room.every(({ sumOf }) => sumOf.length === 1)).toBe(true);
    const near = roomBeforeAlerts(limit, using({ tokens: 49 }), now);
    expect(near.find(({ sumOf }) => sumOf.join("").includes("tokens"))?.atMost).toBe(49);
  });
});

describe("faults of budgets that contradict each other", () => {
  test.each<[budget: Budget, limits: object, faults: string[]]>([
    [{ usd: 5, finalAnswer: { usd: 5 } }, {}, []],
    [
      { usd: 5, finalAnswer: { usd: 6 } },
      {},
      ["budget.finalAnswer.usd: 6 is above budget.usd (5)"],
    ],
    [
      { finalAnswer: { tokens: 1, modelCalls: 2 } },
      {},
      [
        "budget.finalAnswer.modelCalls: 2 can't be kept from a budget without modelCalls (write modelCalls, too)",
        "budget.finalAnswer.tokens: 1 can't be kept from a budget without tokens (write tokens, too)",
      ],
    ],
    [
      {},
      { user: { wallMs: 1, per: "rolling-day" } },
      ['limits.user.wallMs: a rolling window can\'t limit wallMs (write per: "day")'],
    ],
    [{}, { user: { wallMs: 1, per: "day" }, app: { per: "rolling-day" } }, []],
    [
      {},
      {
        agents: { a: { usd: 1, finalAnswer: { usd: 2 } } },
        tools: { t: [{ usd: 3 }, { usd: 1, finalAnswer: { usd: 2 } }] },
      },
      [
        "limits.agents.a.finalAnswer.usd: 2 is above limits.agents.a.usd (1)",
        "limits.tools.t.1.finalAnswer.usd: 2 is above limits.tools.t.1.usd (1)",
      ],
    ],
    [
      { finalAnswer: { usd: 1 } },
      { user: { finalAnswer: { usd: 1 }, wallMs: 1, per: "rolling-hour" } },
      [
        "budget.finalAnswer.usd: 1 can't be kept from a budget without usd (write usd, too)",
        "limits.user.finalAnswer.usd: 1 can't be kept from a budget without usd (write usd, too)",
        'limits.user.wallMs: a rolling window can\'t limit wallMs (write per: "hour")',
      ],
    ],
    [{}, { user: undefined }, []],
  ])("%j, %j", (budget, own, faults) => {
    expect(budgetFaults(budget, own)).toEqual(faults);
  });

  test("a limit whose account is missing", () => {
    expect(accountFaults({ user: { usd: 1 }, app: { usd: 1 } }, { user: "42" })).toEqual([
      "accounts.app: is missing, but limits.app needs it (write registry.breaker({ accounts: { app } }))",
    ]);
    expect(accountFaults({}, {})).toEqual([]);
  });
});

describe("the text of a prompt", () => {
  const cycle: Record<string, unknown> = { text: "a" };
  cycle["self"] = cycle;
  const deep = (levels: number): unknown => (levels === 0 ? "deep" : [deep(levels - 1)]);
  const getter = {
    get text(): string {
      throw new Error("no");
    },
  };
  test.each<[name: string, prompt: unknown, text: string]>([
    ["a text", "hello", "hello"],
    ["a number", 7, "7"],
    [
      "messages",
      [
        { role: "user", content: "hi" },
        { role: "tool", content: [{ text: "there" }, 3] },
      ],
      "user hi tool there 3",
    ],
    ["neither booleans nor functions", [true, () => 1, null, undefined, Symbol("x")], ""],
    ["no bytes", ["a", new Uint8Array([1, 2]), "b"], "a b"],
    ["a cycle, once", cycle, "a"],
    ["the same part twice", [["a"], ["a"]], "a a"],
    ["a getter that throws", ["a", getter, "b"], "a b"],
    ["a hundred levels", deep(100), "deep"],
    ["no further level", deep(101), ""],
    ["a file as text: its beginning", `data:${"x".repeat(5_000)}`, `data:${"x".repeat(1_995)}`],
    [
      "a long text with spaces",
      `${"x".repeat(1_500)} ${"y".repeat(1_500)}`,
      `${"x".repeat(1_500)} ${"y".repeat(1_500)}`,
    ],
    ["a word of 2,000 letters", "x".repeat(2_000), "x".repeat(2_000)],
  ])("%s", (_, prompt, text) => {
    expect(promptText(prompt)).toBe(text);
  });

  test("guard reads 200,000 parts of it", () => {
    const many = Array.from({ length: 300_000 }, () => "a");
    expect(promptText(many).split(" ").length).toBe(199_999);
  });
});
