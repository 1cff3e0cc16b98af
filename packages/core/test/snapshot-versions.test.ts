// Snapshots that an older guard has written.
import { describe, expect, test } from "vitest";
import { createBreaker } from "../src/breaker/breaker.ts";
import { isLater, withMoneyOf } from "../src/run/snapshot-merge.ts";
import type { Snapshot } from "../src/vocabulary/snapshot.ts";
import { cooldownMs, fixture, once, success, trip, use } from "./support/breakers.ts";
import { manualClock } from "./support/clock.ts";
import { richSnapshots } from "./support/rich-snapshots.ts";
import { play } from "./support/script.ts";

type Plain = Record<string, unknown>;

/** The same as version 1 wrote it: evidence in another form, lanes with what they had heard. */
function version1({ state }: Snapshot, lanes: unknown = state["lanes"]): Snapshot {
  const { turns: _, evidence: __, pending, ...kept } = JSON.parse(JSON.stringify(state)) as Plain;
  const without = ([token, { signed, ...call }]: [string, { signed: Plain }]) => {
    const { isLook: ___, gapMs: ____, ...own } = signed;
    return [token, { ...call, signed: own }];
  };
  const old: unknown = {
    version: 1,
    state: {
      ...kept,
      pending: (pending as [string, { signed: Plain }][]).map(without),
      lanes: (lanes as [string, Plain][]).map(([key, lane]) => [
        key,
        { ...lane, messages: ["hash"] },
      ]),
      evidence: [
        ["a", { "no-progress": { lane: { streak: 3 }, signatures: [["s", { seen: [] }]] } }],
      ],
      shared: { rounds: 7 },
    },
  };
  return old as Snapshot;
}

/** The same without the count of delegations, which version 1 did not have. */
const uncounted = (part: unknown): unknown =>
  JSON.parse(
    JSON.stringify(part, (key, value: unknown) => (key === "delegations" ? undefined : value)),
  );

describe("a snapshot of version 1", () => {
  test("has the money, trip, overrides and open calls of version 1", () => {
    const [closed, open] = richSnapshots().filter(({ name }) => name.startsWith("version 1"));
    const { options, now, snapshot } = open!;
    const copy = fixture({ ...options, restore: snapshot }, manualClock(now)).breaker;
    expect([copy.state, copy.trip?.reason]).toEqual(["open", "loop"]);
    expect(copy.spending).toEqual({
      modelCalls: 2,
      toolCalls: 6,
      delegations: 1, // the one that is under way: version 1 counted none
      tokens: 60,
      usd: 1,
    });
    const { state } = copy.snapshot();
    for (const part of ["machine", "overrides", "accounts", "decided", "tokens"]) {
      expect(uncounted(state[part]), part).toEqual(snapshot.state[part]);
    }
    expect((state["pending"] as unknown[]).length).toBe(3);
    expect(createBreaker({ ...options, restore: closed!.snapshot }).state).toBe("closed");
  });

  test("keeps the money and the limits", () => {
    const options = { tools: { use: { usd: 0.5 } }, budget: { usd: 1 } };
    const { breaker, lane } = fixture(options);
    once(lane);
    once(lane, use("y"));
    const copy = fixture({ ...options, restore: version1(breaker.snapshot()) });
    expect(copy.breaker.spending).toMatchObject({ toolCalls: 2, usd: 1 });
    expect(once(copy.lane).decision).toMatchObject({
      verdict: "open",
      findings: [{ rule: "ceiling" }],
    });
  });

  test("keeps the trip, with the rest of its break", () => {
    const { breaker, lane, clock } = fixture();
    trip(lane);
    clock.advance(cooldownMs - 1_000);
    const copy = fixture({ restore: version1(breaker.snapshot()) }, clock);
    expect(copy.breaker.state).toBe("open");
    expect(once(copy.lane).decision).toMatchObject({ verdict: "open", retryAfterMs: 1_000 });
    clock.advance(1_000);
    once(copy.lane, use(), success());
    expect(copy.breaker.state, "the loop goes on: it opens again").toBe("open");
  });

  test("keeps overrides", () => {
    const { breaker } = fixture();
    breaker.override({ force: "open", by: "me", why: "test" });
    expect(fixture({ restore: version1(breaker.snapshot()) }).breaker.state).toBe("forced-open");
  });

  test("keeps decisions", () => {
    const { breaker, lane } = fixture();
    const [first] = lane.admitSync([use()], { answer: "m1" });
    const copy = fixture({ restore: version1(breaker.snapshot()) });
    expect(copy.lane.admitSync([use()], { answer: "m1" })[0]).toEqual(first);
  });

  test("keeps open calls: they settle once, and guard books their cost", () => {
    const { breaker, lane } = fixture({ tools: { use: { usd: 0.5 } } });
    const [{ token }] = lane.admitSync([use("slow")]);
    const copy = fixture({ restore: version1(breaker.snapshot()), tools: { use: { usd: 0.5 } } });
    expect(copy.lane.settleSync(token, success())).toEqual({ applied: true });
    expect(copy.lane.settleSync(token, success())).toEqual({ applied: false, reason: "settled" });
    expect(copy.breaker.spending).toMatchObject({ toolCalls: 1, usd: 0.5 });
  });

  test("forgets the evidence, as after a message of the user", () => {
    const { breaker } = fixture();
    play(breaker, "A=1 A=1 A=1");
    const copy = fixture({ restore: version1(breaker.snapshot()) }).breaker;
    expect(play(copy, "A=1 A=1 A=1 A=1")).toBe(". . w b");
  });

  test("goes on as one of version 2", () => {
    const { breaker } = fixture();
    const copy = fixture({ restore: version1(breaker.snapshot()) }).breaker;
    const snapshot = copy.snapshot();
    expect(snapshot.version).toBe(2);
    expect(() => createBreaker({ restore: JSON.parse(JSON.stringify(snapshot)) })).not.toThrow();
  });

  test("may be compared with one of version 2, and give it its money", () => {
    const options = { tools: { use: { usd: 0.5 } } };
    const { breaker, lane } = fixture(options);
    const before = breaker.snapshot();
    once(lane);
    const after = version1(breaker.snapshot());
    expect([isLater(after, before), isLater(before, after)]).toEqual([true, false]);
    const copy = createBreaker({ ...options, restore: withMoneyOf(before, after) });
    expect(copy.spending.usd).toBe(0.5);
  });

  test.for<[what: string, broken: unknown]>([
    ["no money", { version: 1, state: { machine: { status: "closed" } } }],
    ["no state", { version: 1 }],
    ["a state that is a text", { version: 1, state: "closed" }],
    [
      "malformed pending calls",
      { ...version1(fixture().breaker.snapshot()), state: { pending: [7] } },
    ],
  ])("that holds %s is refused", ([, broken]) => {
    expect(() => createBreaker({ restore: broken as Snapshot })).toThrow(
      expect.objectContaining({ code: "GUARD_BAD_SNAPSHOT" }),
    );
  });
});
