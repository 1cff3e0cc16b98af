import { describe, expect, test } from "vitest";
import { createBreaker, insideOf, type Breaker } from "../src/breaker/breaker.ts";
import { CircuitOpenError } from "../src/vocabulary/errors.ts";
import type { OverrideOptions } from "../src/options/override-options.ts";
import { play } from "./support/script.ts";

const ops = { by: "ops", why: "the job is slow today" } as const;
const model = { kind: "model", model: "m" } as const;
const search = { kind: "tool", tool: "use", args: "A" } as const;

const verdictOf = (breaker: ReturnType<typeof createBreaker>, call: typeof model | typeof search) =>
  breaker.agent("a").admitSync([call])[0].verdict;

const looping = () => {
  const breaker = createBreaker();
  play(breaker, "A=1 A=1 A=1");
  const [{ findings }] = breaker.agent("a").admitSync([search]);
  return { breaker, allow: findings[0]!.signatures[0]! };
};

const stopped = () => {
  const breaker = createBreaker();
  play(breaker, "A=1 A=1 A=1 A=1 A=1 A=1");
  return breaker;
};

describe("allow: calls with a signature pass the rules", () => {
  test("so many times, then they are judged again", () => {
    const { breaker, allow } = looping();
    breaker.override({ allow, times: 2, ...ops });
    expect(play(breaker, "A=1 A=1 A=1")).toBe(". . b");
  });

  test("until its time is over, or it is lifted", () => {
    let now = 0;
    const breaker = createBreaker({ ports: { clock: () => now } });
    play(breaker, "A=1 A=1 A=1");
    const allow = breaker.agent("a").admitSync([search])[0].findings[0]!.signatures[0]!;
    breaker.override({ allow, times: 9, until: 1_000, ...ops });
    expect(play(breaker, "A=1")).toBe(".");
    now = 1_000;
    expect(play(breaker, "A=1")).toBe("b");
    const lift = breaker.override({ allow, times: 9, ...ops });
    expect(play(breaker, "A=1")).toBe(".");
    lift();
    expect(play(breaker, "A=1")).toBe("O");
  });

  test("others are judged as before, and ceilings hold", () => {
    const breaker = createBreaker({ budget: { toolCalls: 4 } });
    play(breaker, "A=1 A=1 A=1");
    const allow = breaker.agent("a").admitSync([search])[0].findings[0]!.signatures[0]!;
    breaker.override({ allow, times: 9, ...ops });
    expect(play(breaker, "A=1 A=1")).toBe(". O");
  });
});

const grantLastAnswer = (breaker: Breaker) => insideOf(breaker).grantLastAnswer();

describe("grantLastAnswer: the one model call that may follow a trip", () => {
  test("it passes once, and no other call does", () => {
    expect(grantLastAnswer(createBreaker())).toBeUndefined();
    const breaker = stopped();
    expect(grantLastAnswer(breaker)).toBeTypeOf("function");
    expect([search, model, model].map((call) => verdictOf(breaker, call))).toEqual([
      "open",
      "allow",
      "open",
    ]);
  });

  test("each trip has one, also if the grant was taken back or the run goes on in another process", () => {
    const breaker = stopped();
    grantLastAnswer(breaker)?.();
    expect(verdictOf(breaker, model)).toBe("open");
    expect(grantLastAnswer(breaker)).toBeUndefined();
    expect(grantLastAnswer(createBreaker({ restore: breaker.snapshot() }))).toBeUndefined();
    breaker.reset();
    play(breaker, "A=1 A=1 A=1 A=1 A=1 A=1");
    expect(grantLastAnswer(breaker)).toBeTypeOf("function");
  });
});

describe("grant: calls pass although the run has been stopped", () => {
  test("one call of the kind, and it may start", () => {
    const breaker = stopped();
    breaker.override({ grant: "model", by: "wind-down", why: "a last answer" });
    expect(verdictOf(breaker, search)).toBe("open");
    const lane = breaker.agent("a");
    const [decision] = lane.admitSync([model]);
    expect(decision).toMatchObject({ verdict: "allow", token: { granted: true } });
    expect(lane.check(decision).verdict).toBe("allow");
    expect(verdictOf(breaker, model)).toBe("open");
  });

  test("guard books its cost, and nothing else changes", () => {
    const breaker = stopped();
    breaker.override({ grant: "model", ...ops });
    const lane = breaker.agent("a");
    const [{ token }] = lane.admitSync([model]);
    lane.settleSync(token, { status: "success", result: "so far", usage: { inputTokens: 7 } });
    expect(breaker.spending).toMatchObject({ modelCalls: 1, tokens: 7 });
    expect(breaker.state).toBe("open");
  });

  test("a round passes only if every call of it is granted", () => {
    const breaker = stopped();
    breaker.override({ grant: "tool", ...ops });
    expect(play(breaker, "A=1+B=1")).toBe("OO");
    expect(play(breaker, "B=1")).toBe(".");
  });

  test("the event of a used grant says who granted it", () => {
    const breaker = stopped();
    const told: unknown[] = [];
    breaker.on("granted", ({ kind, by, why }) => told.push({ kind, by, why }));
    breaker.override({ grant: "tool", times: 2, ...ops });
    play(breaker, "B=1 B=1 B=1");
    expect(told).toEqual([
      { kind: "tool", ...ops },
      { kind: "tool", ...ops },
    ]);
  });

  test("not while a human holds the circuit open", () => {
    const breaker = createBreaker();
    breaker.override({ grant: "model", ...ops });
    breaker.override({ force: "open", ...ops });
    expect(verdictOf(breaker, model)).toBe("open");
  });
});

test("overrides survive in a snapshot", () => {
  const breaker = createBreaker();
  play(breaker, "A=1 A=1 A=1 A=1 A=1 A=1");
  breaker.override({ grant: "model", ...ops });
  const restored = createBreaker({ restore: JSON.parse(JSON.stringify(breaker.snapshot())) });
  expect(verdictOf(restored, model)).toBe("allow");
  expect(verdictOf(restored, model)).toBe("open");
});

test("the event of an override says who and why", () => {
  const breaker = createBreaker();
  const told: unknown[] = [];
  breaker.on("override", ({ override }) => told.push(override));
  breaker.override({ force: "open", until: 5, ...ops });
  expect(told).toEqual([expect.objectContaining({ force: "open", until: 5, ...ops })]);
});

test.for<[override: object, fault: string]>([
  [
    { force: "opne", ...ops },
    'override.force: expected "open" or "closed", received "opne" (did you mean "open"?)',
  ],
  [
    { force: "open", by: "", why: "x" },
    'override.by: expected a name that is not empty, such as ops, received ""',
  ],
  [
    { force: "open", by: "ops" },
    'override.why: is missing (write the reason, such as why: "runaway agents")',
  ],
  [
    { force: "open", until: Number.NaN, ...ops },
    "override.until: expected a moment in milliseconds since the epoch, received NaN",
  ],
  [
    { allow: "s", times: 0, ...ops },
    "override.times: expected a whole number of at least 1, received 0",
  ],
  [
    { grant: "tol", ...ops },
    'override.grant: expected one of tool, model, delegation, received "tol" (did you mean "tool"?)',
  ],
  [
    { grant: "tool", tmes: 1, ...ops },
    "override.tmes: there is no such option (did you mean `times`?)",
  ],
])("guard refuses bad overrides, and keeps nothing of them: %j", ([override, fault]) => {
  const breaker = createBreaker();
  const before = breaker.snapshot();
  expect(() => breaker.override(override as OverrideOptions)).toThrow(
    expect.objectContaining({ name: "OptionsError", message: fault }),
  );
  expect({ ...breaker.snapshot().state, tokens: 0 }).toEqual({ ...before.state, tokens: 0 });
});

describe("onTrip", () => {
  test("is throw by default", () => {
    expect(createBreaker().onTrip).toBe("throw");
    expect(createBreaker({ onTrip: "wind-down" }).onTrip).toBe("wind-down");
  });
});

test("the error of a trip says what the loop has cost", () => {
  const breaker = createBreaker({ tools: { use: { usd: 0.25 } } });
  play(breaker, "A=1 A=1 A=1 A=1 A=1");
  const lane = breaker.agent("a");
  const [decision] = lane.admitSync([search]);
  const error = lane.toError(decision);
  expect(error).toBeInstanceOf(CircuitOpenError);
  expect(error.finding.cost).toEqual({ calls: 2, tokens: 0, usd: 0.5 });
});
