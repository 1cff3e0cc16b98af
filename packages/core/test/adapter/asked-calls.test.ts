import { describe, expect, test } from "vitest";
import { AskedCalls, openKey, type AskedCall, type Sought } from "../../src/adapter/asked-calls.ts";
import type { BreakerLane } from "../../src/breaker/breaker-lane.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";
import type { ToolCall, Verdict } from "../../src/vocabulary/call.ts";

const breaker = createBreaker();
const [own, other] = [laneOf("own"), laneOf("other")];

const told = new Map();

function laneOf(agent: string): BreakerLane {
  return breaker.agent(agent) as BreakerLane;
}

/** A call that an answer has asked for. */
function asked(
  call: Partial<ToolCall>,
  { verdict = "allow", ...rest }: Partial<AskedCall> & { readonly verdict?: Verdict } = {},
): AskedCall {
  const meant: ToolCall = { kind: "tool", id: "call_1", tool: "use", args: { q: "a" }, ...call };
  const token = { id: "t1", lane: "own", generation: 1 };
  const decision = { verdict, findings: [], token };
  return {
    call: meant,
    meant,
    answer: "answer",
    decision,
    lane: own,
    told,
    stage: "asked",
    ...rest,
  };
}

/** Calls that wait, under the keys `0`, `1`, … */
function waiting(...calls: readonly AskedCall[]): AskedCalls {
  const all = new AskedCalls();
  for (const [index, call] of calls.entries()) all.set(`${index}`, call);
  return all;
}

describe("the call that a tool starts for", () => {
  test.for<readonly [string, readonly AskedCall[], Sought, string | undefined]>([
    ["has its id", [asked({}), asked({ id: "call_2" })], { id: "call_1", tool: "use" }, "0"],
    ["is the latest with that id", [asked({}), asked({})], { id: "call_1", tool: "use" }, "1"],
    ["is the agent's own", [asked({}), asked({}, { lane: other })], { id: "call_1" }, "0"],
    ["is another agent's where it has none", [asked({}, { lane: other })], { id: "call_1" }, "0"],
    [
      "has not started, where one that has started has the same id",
      [asked({}), asked({}, { stage: "started" })],
      { id: "call_1", tool: "use" },
      "0",
    ],
    [
      "has started before: it is tried again",
      [asked({}, { stage: "ended" })],
      { id: "call_1" },
      "0",
    ],
    ["is not of another tool with its id", [asked({})], { id: "call_1", tool: "other" }, undefined],
    ["has other arguments: a human has changed them", [asked({})], { id: "call_1", args: 1 }, "0"],
    [
      "has the same tool and arguments, where the id is lost",
      [asked({ args: { q: "b" } }), asked({ args: '{"q":"a"}' }), asked({ tool: "other" })],
      { tool: "use", args: { q: "a" } },
      "1",
    ],
    [
      "has not started yet, where the id is lost",
      [asked({}, { stage: "started" })],
      { tool: "use", args: { q: "a" } },
      undefined,
    ],
    [
      "has these arguments, of the calls of one answer that have one id",
      [asked({ args: { q: "a" } }), asked({ args: { q: "b" } }), asked({ args: { q: "c" } })],
      { id: "call_1", tool: "use", args: { q: "b" } },
      "1",
    ],
  ])("%s", ([, calls, sought, key]) => {
    expect(waiting(...calls).keyOfStart(own, sought)).toBe(key);
  });
});

test("the call whose outcome a request shows is the agent's own, and no tool of it is running", () => {
  const all = waiting(
    asked({ id: "a" }),
    asked({ id: "b" }, { stage: "started" }),
    asked({ id: "c" }, { lane: other }),
    asked({ id: "d" }, { stage: "ended" }),
  );
  expect(["a", "b", "c", "d"].map((id) => all.keyOfResult(own, id))).toEqual([
    "0",
    undefined,
    undefined,
    "3",
  ]);
});

test("an action is announced once for each call that asks for it", () => {
  const all = waiting(asked({}), asked({}));
  const { call } = asked({});
  const keys = [1, 2, 3].map(() => {
    const key = all.keyOfAction(own, call as ToolCall);
    if (key !== undefined) all.move(key, "announced");
    return key;
  });
  expect(keys).toEqual(["1", "0", undefined]);
});

test("a call is taken out once, and moved as long as it waits", () => {
  const all = waiting(asked({}));
  expect(all.move("0", "ended", { status: "failure", error: "no" })).toBeDefined();
  expect(all.get("0")).toMatchObject({ stage: "ended", failure: { error: "no" } });
  expect([all.take("0")?.stage, all.take("0"), all.move("0", "started"), all.isEmpty]).toEqual([
    "ended",
    undefined,
    undefined,
    true,
  ]);
});

test("takeAll takes out the calls that match, and leaves the rest", () => {
  const all = waiting(
    asked({ id: "a" }),
    asked({ id: "b" }, { stage: "unmade" }),
    asked({ id: "c" }),
  );
  expect(all.takeAll(({ stage }) => stage === "unmade")).toMatchObject([{ call: { id: "b" } }]);
  expect([all.get("0"), all.get("1"), all.get("2")].map((one) => one !== undefined)).toEqual([
    true,
    false,
    true,
  ]);
});

test("all are allowed until one is not, also when that one has gone", () => {
  const all = waiting(asked({}));
  expect(all.areAllAllowed).toBe(true);
  all.set("1", asked({}, { verdict: "warn" }));
  all.take("1");
  expect(all.areAllAllowed).toBe(false);
});

test("a lane has something open until its last call is taken out", () => {
  const all = waiting(asked({}, { stage: "ended" }), asked({}, { call: { kind: "model" } }));
  expect([all.hasOpen(own), all.hasOpen(other)]).toEqual([true, false]);
  expect([all.some(({ call }) => call.kind === "model"), all.some(() => false)]).toEqual([
    true,
    false,
  ]);
  all.take("0");
  expect(all.hasOpen(own)).toBe(true);
  all.take("1");
  expect([all.hasOpen(own), all.some(() => true)]).toEqual([false, false]);
});

test("what is open is what has an id and has not started, with the answer that asks for it", () => {
  const all = waiting(
    asked({ id: "a" }, { answer: "1" }),
    asked({ id: "b" }, { stage: "announced", answer: "2" }),
    asked({ id: "c" }, { stage: "started" }),
    asked({}, { call: { kind: "tool", tool: "use", args: 1 } }),
    asked({}, { call: { kind: "model" } }),
  );
  expect(all.open()).toEqual({
    [openKey("a", "use", '{"q":"a"}')]: "1",
    [openKey("b", "use", { q: "a" })]: "2",
  });
});
