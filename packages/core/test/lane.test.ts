import { describe, expect, expectTypeOf, test } from "vitest";
import { createBreaker, insideOf } from "../src/breaker/breaker.ts";
import type { Decision } from "../src/vocabulary/call.ts";
import { CallRefusedError, CircuitOpenError } from "../src/vocabulary/errors.ts";
import { cooldownMs, fixture, leaseMs, once, success, trip, use } from "./support/breakers.ts";

describe("admit and settle", () => {
  test("decisions line up with the calls", async () => {
    const { lane } = fixture();
    for (let calls = 0; calls < 3; calls += 1) once(lane);
    const decisions = await lane.admit([use("new"), use(), { kind: "model" }]);
    expect(decisions.map(({ verdict }) => verdict)).toEqual(["allow", "block", "allow"]);
    expect(await lane.settle(decisions[1].token, success())).toEqual({
      applied: false,
      reason: "refused",
    });
    expect(await lane.settle(decisions[0].token, success())).toEqual({ applied: true });
  });

  test("no calls, no decisions", async () => {
    expect(await fixture().lane.admit([])).toEqual([]);
  });

  test("tokens and decisions are plain data", () => {
    const { lane } = fixture();
    const [decision] = lane.admitSync([use()]);
    expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
    expect(lane.settleSync(JSON.parse(JSON.stringify(decision.token)), success())).toEqual({
      applied: true,
    });
  });

  test("the id tells lanes of one agent apart", () => {
    const { breaker } = fixture();
    const [one, two] = [breaker.agent("a", "1"), breaker.agent("a", "2")];
    expect(
      [once(one), once(two), once(one), once(two), once(one)].map((o) => o.decision.verdict),
    ).toEqual(["allow", "allow", "allow", "allow", "warn"]);
    expect(one.agent).toBe("a");
  });

  test("the same agent and id is the same lane", () => {
    const { breaker } = fixture();
    const verdicts = [1, 2, 3].map(() => once(breaker.agent("a", "1")).decision.verdict);
    expect(verdicts).toEqual(["allow", "allow", "warn"]);
  });
});

describe("each call counts once", () => {
  const call = { ...use(), id: "call_1" };

  test("the same call of the same answer finds its decision", () => {
    const { lane, breaker } = fixture();
    const [first] = lane.admitSync([call], { answer: "m1" });
    const [again] = lane.admitSync([call], { answer: "m1" });
    expect(again).toEqual(first);
    expect(breaker.spending.toolCalls).toBe(1);
  });

  test("the same call id in a new answer is a new call", () => {
    const { lane, breaker } = fixture();
    const [first] = lane.admitSync([call], { answer: "m1" });
    const [second] = lane.admitSync([call], { answer: "m2" });
    expect(second.token).not.toEqual(first.token);
    expect(breaker.spending.toolCalls).toBe(2);
  });

  test("a call that joins an answer is judged, the others are found", () => {
    const { lane } = fixture();
    const [first] = lane.admitSync([call], { answer: "m1" });
    const both = lane.admitSync([call, { ...use("b"), id: "call_2" }], { answer: "m1" });
    expect(both[0]).toEqual(first);
    expect(both[1].verdict).toBe("allow");
  });

  test("the place in the answer tells calls without an id apart", () => {
    const { lane, breaker } = fixture();
    lane.admitSync([use(1), use(2)], { answer: "m1" });
    lane.admitSync([use(1), use(2)], { answer: "m1" });
    expect(breaker.spending.toolCalls).toBe(2);
  });

  test("lanes have answers of their own", () => {
    const { lane, breaker } = fixture();
    lane.admitSync([call], { answer: "m1" });
    breaker.agent("b").admitSync([call], { answer: "m1" });
    expect(breaker.spending.toolCalls).toBe(2);
  });

  test("a remembered decision does not outlive the run", () => {
    const { lane } = fixture();
    lane.admitSync([call], { answer: "m1" });
    trip(lane, use("loop"));
    expect(lane.admitSync([call], { answer: "m1" })[0]).toMatchObject({
      verdict: "open",
      retryAfterMs: cooldownMs,
    });
  });

  test("guard judges calls again that it refused before a recovery: a resumed run goes on", () => {
    const { lane, breaker, clock } = fixture();
    trip(lane);
    const ask = () => lane.admitSync([{ ...use("b"), id: "call_1" }], { answer: "m1" })[0].verdict;
    expect(ask()).toBe("open");
    clock.advance(cooldownMs);
    expect(ask()).toBe("allow");
    breaker.override({ force: "open", by: "me", why: "test" });
    expect(ask()).toBe("open");
    breaker.reset();
    expect(ask()).toBe("allow");
  });
});

describe("user messages", () => {
  test("a turn that begins while a call is under way does not lose its result", () => {
    const { lane } = fixture();
    const [{ token }] = lane.admitSync([use()]);
    lane.userMessage("next");
    expect(lane.settleSync(token, success())).toEqual({ applied: true });
    expect([once(lane), once(lane)].map(({ decision }) => decision.verdict)).toEqual([
      "allow",
      "warn",
    ]);
  });
});

const aborted = () => Promise.reject(new DOMException("stopped", "AbortError"));

describe("run", () => {
  test("asks, makes the call, settles it, and returns the result", async () => {
    const { lane, breaker } = fixture();
    const result = await lane.run(use(), async () => "page", { usage: () => ({ usd: 0.5 }) });
    expect(result).toBe("page");
    expect(breaker.spending).toMatchObject({ toolCalls: 1, usd: 0.5 });
  });

  test("throws the function's error, and counts it", async () => {
    const { lane } = fixture();
    const error = new Error("broken");
    const fail = () => lane.run(use(), () => Promise.reject(error));
    await expect(fail()).rejects.toBe(error);
    await expect(fail()).rejects.toBe(error);
    await expect(fail()).rejects.toBe(error);
    await expect(fail()).rejects.toBeInstanceOf(CallRefusedError);
  });

  test("does not make a call that is refused, nor one after the run was stopped", async () => {
    const { lane } = fixture();
    let made = 0;
    const errors: unknown[] = [];
    for (let call = 0; call < 8; call += 1) {
      await lane
        .run(use(), () => ((made += 1), "same"))
        .catch((error: unknown) => errors.push(error));
    }
    expect(made).toBe(3);
    expect(errors.map((error) => (error as Error).name)).toEqual([
      "CallRefusedError",
      "CallRefusedError",
      "CircuitOpenError",
      "CircuitOpenError",
      "CircuitOpenError",
    ]);
    expect(errors[2]).toBeInstanceOf(CircuitOpenError);
  });

  test("an abort moves nothing", async () => {
    const { lane, breaker } = fixture({ budget: { toolCalls: 10 } });
    for (let call = 0; call < 6; call += 1) {
      await expect(lane.run(use(), aborted)).rejects.toThrow("stopped");
    }
    expect(breaker.state).toBe("closed");
    expect(once(lane).decision.verdict).toBe("allow");
  });

  test("an aborted probe frees its permit at once", async () => {
    const { lane, clock, breaker } = fixture();
    trip(lane);
    clock.advance(cooldownMs);
    await expect(lane.run(use(), aborted)).rejects.toThrow("stopped");
    await lane.run(use("fresh"), () => "news");
    expect(breaker.state).toBe("closed");
  });

  test("its signal is aborted when the run is stopped, with the error as reason", async () => {
    const { breaker, lane } = fixture();
    const reason = await lane.run(use("slow"), ({ signal }) => {
      expect(signal.aborted).toBe(false);
      trip(breaker.agent("b"));
      return signal.reason as unknown;
    });
    expect(reason).toBeInstanceOf(CircuitOpenError);
  });

  test("a probe has a signal of its own, not the one of the run that was stopped", async () => {
    const { breaker, lane, clock } = fixture();
    const before = breaker.signal;
    trip(lane);
    clock.advance(cooldownMs);
    expect(await lane.run(use("fresh"), ({ signal }) => signal.aborted)).toBe(false);
    expect(before.aborted).toBe(true);
  });
});

test("a hung probe's permit is free again after its lease, and its late result moves nothing", () => {
  const { breaker, lane, clock } = fixture();
  trip(lane);
  clock.advance(cooldownMs);
  const [hung] = lane.admitSync([use()]);
  clock.advance(leaseMs - 1);
  expect(lane.admitSync([use()])[0]).toMatchObject({ verdict: "open", retryAfterMs: 1 });
  clock.advance(1);
  const [next] = breaker.agent("b").admitSync([use("fresh")]);
  expect(next.verdict).toBe("allow");
  lane.settleSync(hung.token, success());
  expect(breaker.state).toBe("half-open");
  breaker.agent("b").settleSync(next.token, success());
  expect(breaker.state).toBe("closed");
});

test("types: decisions line up as a tuple, and run returns what its function returns", () => {
  const lane = createBreaker().agent();
  const two = lane.admitSync([use(), { kind: "model" }]);
  expectTypeOf(two).toEqualTypeOf<[Decision, Decision]>();
  expectTypeOf(lane.admit([use()])).resolves.toEqualTypeOf<[Decision]>();
  expectTypeOf(lane.run(use(), () => 1)).resolves.toEqualTypeOf<number>();
  expectTypeOf(lane.run(use(), async () => "x" as const)).resolves.toEqualTypeOf<"x">();
  // @ts-expect-error a call needs a kind
  expect(() => lane.admitSync([{ tool: "use" }])).not.toThrow(SyntaxError);
});

function usage(): never {
  throw new Error("no usage");
}

test("an error of the usage option leads to an event, and the result is not lost", async () => {
  const { breaker, lane } = fixture();
  const told: unknown[] = [];
  breaker.on("port-error", ({ port }) => told.push(port));
  expect(await lane.run(use(), () => "found", { usage })).toBe("found");
  expect(told).toEqual(["usage"]);
  expect(insideOf(breaker).circuit.state.pending.size).toBe(0);
});
