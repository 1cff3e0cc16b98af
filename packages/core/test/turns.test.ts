// What a turn of the user begins anew, and for whom.
import { describe, expect, test } from "vitest";
import { BreakerLane } from "../src/breaker/breaker-lane.ts";
import { insideOf, type Breaker } from "../src/breaker/breaker.ts";
import type { GuardOptions } from "../src/options/guard-options.ts";
import { cooldownMs, fixture, once, success, trip, use } from "./support/breakers.ts";
import { only, play, times } from "./support/script.ts";

/** A lane of one root run among several of a breaker. */
const laneIn = (breaker: Breaker, root: string, agent = "a", id = "") =>
  new BreakerLane(insideOf(breaker), agent, id, root);

/** A message after `before`, said to one of the agents; then `after`. The agent a is heard of first. */
const rows: readonly (readonly [
  shows: string,
  rules: GuardOptions["rules"],
  before: string,
  after: string,
  toRoot: string,
  toOther: string,
])[] = [
  ["its own streak", {}, "A=1 A=1 A=1", "A=1", ".", "b"],
  ["the other's streak", {}, "A=2 x>A=1 x>A=1 x>A=1", "x>A=1", ".", "."],
  ["its own refusals", {}, "A=1 A=1 A=1 A=1 A=1", "A=1 A=1 A=1 A=1", ". . w b", "O O O O"],
  [
    "what was done in the world",
    only("mutation"),
    "send:A=ok x>send:A=ok",
    "x>send:A=ok",
    ".",
    "b",
  ],
  ["hand-offs", only("delegation"), "a>>x=fix,it a>>x=fix,it", "a>>x=fix,it", ".", "b"],
  [
    "tasks given out",
    only("reassignment"),
    "a>>x=fix,it!no a>>y=fix,it!no",
    "a>>x=fix,it",
    ".",
    "b",
  ],
  [
    "how often anyone has asked",
    { ...only("signature"), signature: { warn: 3 } },
    "A=1 x>A=1",
    "A=1",
    ".",
    "w",
  ],
  ["its own texts", only("text"), "'hi' 'hi' 'hi'", "'hi'", ".", "w"],
  ["the other's texts", only("text"), "'ho' x>'hi' x>'hi' x>'hi'", "x>'hi'", ".", "."],
  ["its own failures", only("error"), "A!e A!e A!e", "A!e", ".", "w"],
  ["how turns have ended", only("again"), times(5, `"hi" 'hello'`), "'hello'", "w", "."],
];

describe("a message to the lane that talks to the user begins a turn: it forgets", () => {
  test.for(rows)("%s", ([, rules, before, after, toRoot]) => {
    const { breaker } = fixture({ rules });
    play(breaker, before);
    breaker.agent("a").userMessage("whatever");
    expect(play(breaker, after)).toBe(toRoot);
  });
});

describe("a prompt to another agent begins its lane anew, and nothing else", () => {
  test.for(rows)("%s", ([, rules, before, after, , toOther]) => {
    const { breaker } = fixture({ rules });
    play(breaker, before);
    breaker.agent("x").userMessage("whatever");
    expect(play(breaker, after)).toBe(toOther);
  });
});

describe("which agent talks to the user", () => {
  const loop = "A=1 x>B=1 A=1 x>B=1 A=1 x>B=1";

  test("the first lane that asks for anything", () => {
    const { breaker } = fixture();
    play(breaker, `x>B=1 ${loop}`);
    breaker.agent("a").userMessage("to a helper");
    expect(play(breaker, "A=1 x>B=1")).toBe(". b");
    breaker.agent("x").userMessage("to the root");
    expect(play(breaker, "A=1 x>B=1")).toBe(". .");
  });

  test("the first lane that learns anything", () => {
    const { breaker } = fixture();
    breaker.agent("x").userMessage("hello");
    play(breaker, loop);
    breaker.agent("x").userMessage("again");
    expect(play(breaker, "A=1 x>B=1")).toBe(". .");
  });

  test("another instance of it does as well", () => {
    const { breaker } = fixture();
    play(breaker, loop);
    breaker.agent("a", "second").userMessage("hello");
    expect(play(breaker, "A=1 x>B=1")).toBe(". .");
  });
});

describe("what a turn leaves as it is", () => {
  test("the money, and a trip", () => {
    const { breaker, lane, clock } = fixture({ tools: { use: { usd: 0.5 } } });
    trip(lane);
    lane.userMessage("Please go on.");
    expect(breaker.state).toBe("open");
    expect(breaker.spending.usd).toBe(1.5);
    expect(once(lane).decision).toMatchObject({ verdict: "open", retryAfterMs: cooldownMs });
    clock.advance(cooldownMs);
    expect(once(lane, use("fresh"), success("news")).decision.verdict).toBe("allow");
  });

  test("an open call settles, and is no news in the turn before", () => {
    const { breaker, lane } = fixture();
    const [{ token }] = lane.admitSync([use("slow")]);
    lane.userMessage("And now?");
    expect(lane.settleSync(token, success())).toEqual({ applied: true });
    expect(insideOf(breaker).circuit.state.pending.size).toBe(0);
  });
});

describe("a breaker that root runs share", () => {
  test("keeps evidence per root run", () => {
    const { breaker } = fixture({ shared: true });
    const ask = (root: string) => once(laneIn(breaker, root)).decision.verdict;
    expect(["one", "two", "one", "two", "one", "two"].map(ask)).toEqual([
      "allow",
      "allow",
      "allow",
      "allow",
      "warn",
      "warn",
    ]);
    laneIn(breaker, "one").userMessage("Another user.");
    expect([ask("one"), ask("two")]).toEqual(["allow", "block"]);
  });

  test("each has its own agent that talks to the user", () => {
    const { breaker } = fixture({ shared: true });
    laneIn(breaker, "one", "a").userMessage("hi");
    laneIn(breaker, "two", "x").userMessage("hi");
    for (const root of ["one", "two"]) {
      for (let call = 0; call < 3; call += 1) once(laneIn(breaker, root, "a"));
    }
    laneIn(breaker, "one", "x").userMessage("a prompt");
    laneIn(breaker, "two", "x").userMessage("a turn");
    const verdicts = ["one", "two"].map(
      (root) => once(laneIn(breaker, root, "a")).decision.verdict,
    );
    expect(verdicts).toEqual(["block", "allow"]);
  });
});

const begin = (breaker: Breaker, goesOn: boolean) => insideOf(breaker).turns.begin("", goesOn, "");

describe("a framework that reports runs says when a turn begins", () => {
  const rules = only("mutation", "no-progress");

  test("a run is a turn: guard forgets what it has seen", () => {
    const { breaker } = fixture({ rules });
    play(breaker, "A=1 A=1 A=1 'done'");
    begin(breaker, false);
    expect(play(breaker, "A=1")).toBe(".");
  });

  test("guard still knows effects of a turn that ended without an answer", () => {
    const { breaker } = fixture({ rules });
    play(breaker, "send:A=ok");
    begin(breaker, false);
    expect(play(breaker, "send:A=ok")).toBe("w");
  });

  test.for<[shows: string, before: string, verdict: string]>([
    ["and is forgotten after one that has", "send:A=ok 'sent'", "."],
    ["an empty answer ends no turn", "send:A=ok ''", "w"],
    ["an answer before more calls is not the last", "'now' send:A=ok", "w"],
    ["a structured output is an answer", "send:A=ok final_answer:yes=", "."],
    ["another agent's answer ends no turn", "send:A=ok x>'sent'", "w"],
  ])("%s", ([, before, verdict]) => {
    const { breaker } = fixture({ rules });
    play(breaker, before);
    begin(breaker, false);
    expect(play(breaker, "send:A=ok")).toBe(verdict);
  });

  test("a resume goes on with its turn, unless that has come to an answer", () => {
    const { breaker } = fixture({ rules });
    play(breaker, "A=1 A=1 A=1");
    begin(breaker, true);
    expect(play(breaker, "A=1 'done'")).toBe("b .");
    begin(breaker, true);
    expect(play(breaker, "A=1")).toBe(".");
  });
});

describe("what an adapter asks a lane", () => {
  test("whether its breaker is fresh: before the first call, and not after a restore", () => {
    const { breaker } = fixture();
    const lane = laneIn(breaker, "");
    expect(lane.isFresh).toBe(true);
    once(lane);
    const { breaker: copy } = fixture({ restore: breaker.snapshot() });
    expect([lane.isFresh, laneIn(copy, "").isFresh]).toEqual([false, false]);
  });

  test("whether it was idle for an hour", () => {
    const { breaker, clock } = fixture();
    const lane = laneIn(breaker, "");
    once(lane);
    clock.advance(3_599_999);
    expect(lane.isIdle).toBe(false);
    clock.advance(1);
    expect(lane.isIdle).toBe(true);
    lane.begin("a question");
    expect(lane.isIdle).toBe(false);
  });

  test("to take in a round from elsewhere: it is evidence", () => {
    const { breaker } = fixture();
    const lane = laneIn(breaker, "");
    for (let round = 0; round < 3; round += 1) lane.witness([[use(), success()]]);
    expect(once(lane).decision.verdict).toBe("block");
    expect(breaker.spending.toolCalls).toBe(0);
  });
});

const look = (what: string) => ({ kind: "tool", tool: "look", args: what }) as const;

const ask = (breaker: Breaker, id: string, what: string) =>
  once(laneIn(breaker, "", "reader", id), look(what)).decision.verdict;

describe("what an earlier instance of an agent has seen", () => {
  test("is new to a later one, and counts a quarter", () => {
    const { breaker } = fixture();
    for (const what of "ABCDEFGH") ask(breaker, "one", what);
    laneIn(breaker, "", "reader", "one").end();
    const verdicts = Array.from("ABCDEFGHAB", (what) => ask(breaker, "two", what));
    expect(verdicts).toEqual([
      ...times(4, "allow").split(" "),
      ...times(4, "warn").split(" "),
      "block",
      "block",
    ]);
  });

  test("does not matter to an instance that began before the end", () => {
    const { breaker } = fixture();
    ask(breaker, "two", "Z");
    for (const what of "ABCDEFGH") ask(breaker, "one", what);
    laneIn(breaker, "", "reader", "one").end();
    const verdicts = Array.from("ABCDEFGH", (what) => ask(breaker, "two", what));
    expect(new Set(verdicts)).toEqual(new Set(["allow"]));
  });

  test("does not matter to another agent", () => {
    const { breaker } = fixture();
    for (const what of "ABCDEFGH") ask(breaker, "one", what);
    laneIn(breaker, "", "reader", "one").end();
    const verdicts = Array.from(
      "ABCDEFGH",
      (what) => once(breaker.agent("x"), look(what)).decision.verdict,
    );
    expect(new Set(verdicts)).toEqual(new Set(["allow"]));
  });
});
