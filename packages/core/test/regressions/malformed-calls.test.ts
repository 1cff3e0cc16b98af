// Guard refuses malformed calls, outcomes and tokens at once: it counts, holds and books nothing of them.
import { describe, expect, test } from "vitest";
import type { Call, Decision, Outcome, Token } from "../../src/vocabulary/call.ts";
import { fixture, success, use } from "../support/breakers.ts";

const kinds = "one of tool, model, delegation";
const figure = "a number of at least 0";
const tool = '(write { kind: "tool", tool: "search", args: { q: "guard" } })';
const delegation = '(write { kind: "delegation", to: "researcher", task })';

const noCalls: readonly (readonly [call: unknown, fault: string])[] = [
  [null, `: expected a call, received null ${tool}`],
  [undefined, `: expected a call, received undefined ${tool}`],
  ["my password is hunter2", `: expected a call, received a text ${tool}`],
  [{}, `.kind: expected ${kinds}, received undefined ${tool}`],
  [{ tool: "search" }, `.kind: expected ${kinds}, received undefined ${tool}`],
  [{ kind: "tol", tool: "search" }, `.kind: expected ${kinds}, received "tol" ${tool}`],
  [{ kind: "toString" }, `.kind: expected ${kinds}, received "toString" ${tool}`],
  [{ kind: "tool" }, `.tool: expected a name, received undefined ${tool}`],
  [{ kind: "tool", tool: 7 }, `.tool: expected a name, received 7 ${tool}`],
  [{ kind: "tool", tool: ["search"] }, `.tool: expected a name, received an array ${tool}`],
  [{ kind: "delegation" }, `.to: expected a name, received undefined ${delegation}`],
  [{ kind: "tool", tool: "search", id: 12 }, ".id: expected a text, received 12"],
  [{ kind: "model", model: {} }, ".model: expected a text, received an object"],
  [{ kind: "model", provider: null }, ".provider: expected a text, received null"],
  [{ kind: "model", serviceTier: 1 }, ".serviceTier: expected a text, received 1"],
  [{ kind: "delegation", to: "b", taskId: [] }, ".taskId: expected a text, received an array"],
  [
    { kind: "model", maxOutputTokens: Number.NaN },
    `.maxOutputTokens: expected ${figure}, received NaN`,
  ],
  [{ kind: "model", maxOutputTokens: -1 }, `.maxOutputTokens: expected ${figure}, received -1`],
  [
    { kind: "model", maxOutputTokens: Number.POSITIVE_INFINITY },
    `.maxOutputTokens: expected ${figure}, received Infinity`,
  ],
  [{ kind: "model", maxOutputTokens: "99" }, `.maxOutputTokens: expected ${figure}, received "99"`],
  [{ kind: "model", providerTools: 5 }, ".providerTools: expected an object, received 5"],
  [
    { kind: "model", providerTools: { web_search: Number.NaN } },
    `.providerTools.web_search: expected ${figure}, received NaN`,
  ],
  [{ kind: "model", estimate: 5 }, ".estimate: expected an object, received 5"],
  [
    { kind: "model", estimate: { tokens: Number.NaN } },
    `.estimate.tokens: expected ${figure}, received NaN`,
  ],
  [
    { kind: "tool", tool: "wire", estimate: { usd: -5 } },
    `.estimate.usd: expected ${figure}, received -5`,
  ],
  [
    { kind: "delegation", to: "b", estimate: { tokens: 5n } },
    `.estimate.tokens: expected ${figure}, received 5n`,
  ],
];

const budget = { modelCalls: 3, toolCalls: 3, tokens: 1_000, usd: 1 };

describe("guard refuses a list with a malformed call whole", () => {
  test.for(noCalls)("%o", async ([call, fault]) => {
    const { breaker, lane, events } = fixture({ budget });
    const before = breaker.snapshot();
    const list = [use(), call as Call, use("y")];
    const error = new TypeError(`calls.1${fault}`);
    await expect(lane.admit(list)).rejects.toThrow(error);
    expect(() => lane.admitSync(list)).toThrow(error);
    expect(breaker.snapshot()).toEqual(before);
    expect(events).toEqual([]);
  });

  test.for([
    [null, "null"],
    [use(), "an object (write admit([call]))"],
    [new Set([use()]), "an instance of Set"],
    ["search", "a text"],
  ])("guard refuses what is no list: %o", async ([calls, received]) => {
    const { breaker, lane } = fixture();
    const before = breaker.snapshot();
    const error = new TypeError(`calls: expected a list, received ${received as string}`);
    await expect(lane.admit(calls as never)).rejects.toThrow(error);
    expect(() => lane.admitSync(calls as never)).toThrow(error);
    expect(breaker.snapshot()).toEqual(before);
  });
});

test("a list that changes while guard waits for a store changes nothing", async () => {
  const { lane } = fixture({
    name: "job",
    store: {
      get: () => Promise.resolve(undefined),
      compareAndSet: () => Promise.resolve(true),
      list: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    },
  });
  const calls: Call[] = [use("a")];
  const asked = lane.admit(calls);
  calls.push(null as never, use("b"));
  expect(await asked).toMatchObject([{ verdict: "allow" }]);
});

describe("a wrong token settles nothing", () => {
  const generation = 0;
  test.for<readonly [token: unknown, fault: string]>([
    [null, "token: expected a token, received null"],
    [undefined, "token: expected a token, received undefined"],
    ["t1", "token: expected a token, received a text"],
    [{ lane: "a", generation }, "token.id: expected a string, received undefined"],
    [{ id: 1, lane: "a", generation }, "token.id: expected a string, received 1"],
    [{ id: "t1", generation }, "token.lane: expected a string, received undefined"],
    [{ id: "t1", lane: "a" }, "token.generation: expected a number, received undefined"],
  ])("%o", async ([token, fault]) => {
    const { breaker, lane } = fixture();
    const before = breaker.snapshot();
    const error = new TypeError(fault);
    const given = token as Token;
    await expect(lane.settle(given, success())).rejects.toThrow(error);
    expect(() => lane.settleSync(given, success())).toThrow(error);
    await expect(lane.release(given)).rejects.toThrow(error);
    expect(() => lane.check({ verdict: "allow", findings: [], token: given })).toThrow(
      new TypeError(`decision.${fault}`),
    );
    expect(breaker.snapshot()).toEqual(before);
  });
});

describe("an outcome without a status settles nothing, and the call waits for its own", () => {
  const statuses = "one of success, failure, ignored, unknown";
  const instead = '(write { status: "success", result })';
  test.for<readonly [outcome: unknown, fault: string]>([
    [null, `outcome: expected an outcome, received null ${instead}`],
    ["my password is hunter2", `outcome: expected an outcome, received a text ${instead}`],
    [{}, `outcome.status: expected ${statuses}, received undefined ${instead}`],
    [{ status: "ok" }, `outcome.status: expected ${statuses}, received "ok" ${instead}`],
    [{ status: null, result: 1 }, `outcome.status: expected ${statuses}, received null ${instead}`],
  ])("%o", async ([outcome, fault]) => {
    const { breaker, lane } = fixture({ budget });
    const [{ token }] = await lane.admit([use()]);
    const before = breaker.snapshot();
    await expect(lane.settle(token, outcome as Outcome)).rejects.toThrow(new TypeError(fault));
    expect(() => lane.settleSync(token, outcome as Outcome)).toThrow(new TypeError(fault));
    expect(breaker.snapshot()).toEqual(before);
    expect(await lane.settle(token, success())).toEqual({ applied: true });
  });
});

test.for<readonly [value: unknown, field: string]>([
  [{ inputTokens: Number.NaN }, "inputTokens"],
  [{ outputTokens: -10 }, "outputTokens"],
  [{ inputTokens: "12" }, "inputTokens"],
  [{ cachedInputTokens: 12n }, "cachedInputTokens"],
  [{ usd: Number.POSITIVE_INFINITY }, "usd"],
  [{ usd: {} }, "usd"],
])("guard books nothing of the usage %o, and emits an event", ([usage, field]) => {
  const { breaker, lane, events } = fixture({ budget });
  const [{ token }] = lane.admitSync([{ kind: "model", maxOutputTokens: 0 }]);
  const outcome = { status: "success", usage } as Outcome;
  expect(lane.settleSync(token, outcome)).toEqual({ applied: true });
  expect(breaker.spending).toEqual({
    modelCalls: 1,
    toolCalls: 0,
    delegations: 0,
    tokens: 0,
    usd: 0,
  });
  expect(events).toContainEqual(expect.objectContaining({ type: "bad-usage", field }));
});

test("usage that can't be read leads to the same event as a wrong figure", () => {
  const { breaker, lane, events } = fixture({ budget });
  const [{ token }] = lane.admitSync([{ kind: "model" }]);
  const usage = {
    inputTokens: 7,
    get outputTokens(): number {
      throw new Error("not streamed to its end");
    },
  };
  expect(lane.settleSync(token, { status: "success", usage })).toEqual({ applied: true });
  expect(breaker.spending.tokens).toBe(7);
  expect(events).toContainEqual(
    expect.objectContaining({ type: "bad-usage", field: "outputTokens" }),
  );
});

test.for<readonly [decision: unknown]>([[null], [{}], [[]], ["allow"], [{ verdict: "allow" }]])(
  "check and toError refuse what is no decision: %o",
  ([decision]) => {
    const { lane } = fixture();
    const error = /^decision: expected a decision, received /;
    expect(() => lane.check(decision as Decision)).toThrow(error);
    expect(() => lane.toError(decision as Decision)).toThrow(error);
  },
);

test("guard refuses a wrong function before it admits the call", async () => {
  const { breaker, lane } = fixture({ budget });
  const before = breaker.snapshot();
  const error = new TypeError(
    "fn: expected a function, received undefined (write lane.run(call, () => search(args)))",
  );
  await expect(lane.run(use(), undefined as never)).rejects.toThrow(error);
  expect(breaker.snapshot()).toEqual(before);
});
