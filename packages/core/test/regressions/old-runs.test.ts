// What began before a trip never probes after it: its adapter says so with `mayProbe: false`.
import { expect, test } from "vitest";
import { insideOf, type Breaker } from "../../src/breaker/breaker.ts";
import type { BreakerLane } from "../../src/breaker/breaker-lane.ts";
import { cooldownMs, fixture, once, success, trip, use } from "../support/breakers.ts";

const old = { mayProbe: false } as const;
const laneOf = (breaker: Breaker, name: string) => breaker.agent(name) as BreakerLane;

test("guard refuses a call of an old run after the break, and nothing moves", async () => {
  const { breaker, lane, clock, told } = fixture();
  trip(lane);
  clock.advance(cooldownMs);
  const before = breaker.snapshot().state["machine"];
  told();
  const [sync] = laneOf(breaker, "a").admitSync([use("fresh")], old);
  const [later] = await laneOf(breaker, "b").admit([{ kind: "model" }], old);
  for (const decision of [sync, later]) {
    expect(decision.verdict).toBe("open");
    expect(decision.token.refused).toBe(true);
    expect(decision.retryAfterMs, "time alone changes nothing for it").toBeUndefined();
  }
  expect(breaker.snapshot().state["machine"]).toEqual(before);
  expect(told()).toEqual(["deny", "deny"]);
});

test("a call of an old run takes no permit from the run that probes", () => {
  const { breaker, lane, clock } = fixture();
  trip(lane);
  clock.advance(cooldownMs);
  const [probe] = breaker.agent("new").admitSync([{ kind: "model" }]);
  expect(probe.verdict).toBe("allow");
  expect(laneOf(breaker, "new").admitSync([use("fresh")], old)[0].verdict).toBe("open");
  const { settlement } = once(breaker.agent("new"), use("fresh"), success("news"));
  expect(settlement.applied).toBe(true);
  expect(breaker.state).toBe("closed");
});

test("a call of an old run passes with a grant, and after the circuit has closed", () => {
  const { breaker, lane, clock } = fixture();
  trip(lane);
  clock.advance(cooldownMs);
  breaker.override({ grant: "model", by: "ops", why: "a last answer" });
  const ask = () => laneOf(breaker, "a").admitSync([{ kind: "model" }], old)[0];
  expect(ask().token.granted).toBe(true);
  expect(breaker.state, "a granted call is no probe").toBe("half-open");
  expect(ask().verdict).toBe("open");
  once(breaker.agent("new"), use("fresh"), success("news"));
  expect(ask().verdict).toBe("allow");
});

test("a spent window has no probe: an old run goes on in the next one", () => {
  const hour = 3_600_000;
  const { breaker, lane, clock } = fixture({
    limits: { agents: { a: { modelCalls: 1, per: "hour", timeZone: "UTC" } } },
  });
  lane.admitSync([{ kind: "model" }]);
  expect(lane.admitSync([{ kind: "model" }])[0].verdict).toBe("open");
  clock.advance(hour);
  expect(laneOf(breaker, "a").admitSync([{ kind: "model" }], old)[0].verdict).toBe("allow");
});

test("a breaker counts its trips without those of a snapshot", () => {
  const { breaker, lane, clock } = fixture();
  expect(insideOf(breaker).trips).toBe(0);
  trip(lane);
  expect(insideOf(breaker).trips).toBe(1);
  const restored = fixture({ restore: breaker.snapshot() }, clock);
  expect(insideOf(restored.breaker).trips).toBe(0);
  clock.advance(cooldownMs);
  once(restored.lane, use(), success());
  expect(insideOf(restored.breaker).trips, "a probe that brings the same again is a trip").toBe(1);
});
