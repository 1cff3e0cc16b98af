// Faults that circuit breakers are known to have: each is a test here, so that this one never gets it.
import { expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { SnapshotError } from "../../src/vocabulary/errors.ts";
import { cooldownMs, fixture, leaseMs, once, success, trip, use } from "../support/breakers.ts";

const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test("a late failure of a call from before the trip does not re-open, nor spoil the probe", () => {
  const { breaker, lane, clock } = fixture();
  const [old] = breaker.agent("b").admitSync([use("slow")]);
  trip(lane);
  clock.advance(cooldownMs);
  const [probe] = lane.admitSync([use("fresh")]);
  expect(breaker.agent("b").settleSync(old.token, { status: "failure" }).applied).toBe(false);
  expect(breaker.state).toBe("half-open");
  lane.settleSync(probe.token, success());
  expect(breaker.state).toBe("closed");
});

test("a late success of a call from before the trip does not close", () => {
  const { breaker, lane, clock } = fixture();
  const [old] = breaker.agent("b").admitSync([use("slow")]);
  trip(lane);
  clock.advance(cooldownMs);
  lane.admitSync([use()]);
  breaker.agent("b").settleSync(old.token, success("news"));
  expect(breaker.state).toBe("half-open");
});

test("an error of a listener does not reach the caller, and changes no count", async () => {
  const { breaker, lane } = fixture();
  for (const name of ["warn", "block", "trip", "transition"] as const) {
    breaker.on(name, () => {
      throw new Error("listener");
    });
  }
  for (let call = 0; call < 3; call += 1) {
    expect(await lane.run(use(), () => "same")).toBe("same");
  }
  await expect(lane.run(use(), () => "same")).rejects.toThrow("Refused");
});

test("while a probe hangs, the store refuses other callers at once", () => {
  const { breaker, lane, clock } = fixture();
  trip(lane);
  clock.advance(cooldownMs);
  lane.admitSync([use()]);
  for (let caller = 0; caller < 100; caller += 1) {
    expect(breaker.agent(`c${caller}`).admitSync([use()])[0].retryAfterMs).toBe(leaseMs);
  }
});

test("a probe that hangs does not hold the circuit half-open for ever", () => {
  const { breaker, lane, clock } = fixture();
  trip(lane);
  clock.advance(cooldownMs);
  lane.admitSync([use()]);
  clock.advance(86_400_000);
  expect(once(breaker.agent("b"), use("fresh")).decision.verdict).toBe("allow");
  expect(breaker.state).toBe("closed");
});

test("a circuit that has just opened is still open after a restore", () => {
  const { breaker, lane, clock } = fixture();
  clock.advance(60_000);
  trip(lane);
  const copy = fixture({ restore: json(breaker.snapshot()) }, clock);
  expect(once(copy.lane).decision).toMatchObject({ verdict: "open", retryAfterMs: cooldownMs });
});

test("a restore does not start the break anew", () => {
  const { breaker, lane, clock } = fixture();
  trip(lane);
  clock.advance(cooldownMs - 100);
  const copy = fixture({ restore: json(breaker.snapshot()) }, clock);
  expect(once(copy.lane).decision.retryAfterMs).toBe(100);
});

test("a forced circuit can be released after a restore", () => {
  const { breaker } = fixture();
  breaker.override({ force: "open", by: "me", why: "test" });
  const copy = fixture({ restore: json(breaker.snapshot()) });
  copy.breaker.override({ force: "closed", by: "me", why: "over" });
  expect(once(copy.lane).decision.verdict).toBe("allow");
  copy.breaker.reset();
  expect(copy.breaker.state).toBe("closed");
});

test("guard refuses garbage at the restore, not at its first use", () => {
  expect(() => createBreaker({ restore: { version: 2, state: { machine: {} } } })).toThrow(
    SnapshotError,
  );
});

test("a clock that is set back does not lengthen a break", () => {
  const { lane, clock } = fixture();
  trip(lane);
  clock.advance(-3_600_000);
  expect(once(lane).decision.retryAfterMs).toBe(cooldownMs);
  clock.advance(cooldownMs);
  expect(once(lane, use("fresh")).decision.verdict).toBe("allow");
});

test("nor does it lengthen a lease", () => {
  const { breaker, lane, clock } = fixture();
  trip(lane);
  clock.advance(cooldownMs);
  lane.admitSync([use()]);
  clock.advance(-3_600_000);
  const other = breaker.agent("b");
  expect(other.admitSync([use()])[0].retryAfterMs).toBe(leaseMs);
  clock.advance(leaseMs);
  expect(other.admitSync([use()])[0].verdict).toBe("allow");
});

test("an ignored outcome does not close the circuit: it frees the permit", () => {
  const { breaker, lane, clock } = fixture();
  trip(lane);
  clock.advance(cooldownMs);
  once(lane, use(), { status: "ignored" });
  expect(breaker.state).toBe("half-open");
  expect(lane.admitSync([use()])[0].verdict).toBe("allow");
});

test("a running call holds no lock: guard decides about other calls meanwhile", async () => {
  const { breaker, lane } = fixture();
  const inside = await lane.run(use("slow"), () => breaker.agent("b").run(use(), () => "done"));
  expect(inside).toBe("done");
});

test("all time comes from the given clock", () => {
  const { lane, breaker, clock, events } = fixture();
  clock.set(5);
  trip(lane);
  clock.set(5 + cooldownMs);
  expect(breaker.state).toBe("half-open");
  for (const { at } of events) expect(at).toBe(5);
  expect(breaker.trip?.at).toBe(5);
});
