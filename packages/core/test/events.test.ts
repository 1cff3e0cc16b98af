import { describe, expect, test } from "vitest";
import { createBreaker } from "../src/breaker/breaker.ts";
import { createRegistry } from "../src/breaker/registry.ts";
import type { GuardEvent } from "../src/vocabulary/events.ts";
import { cooldownMs, fixture, listen, once, success, trip, use } from "./support/breakers.ts";

describe("the events, in order", () => {
  test("a loop, from its first warning to its recovery", () => {
    const { lane, clock, told } = fixture();
    trip(lane);
    expect(told()).toEqual(["warn", "block", "block", "transition", "trip"]);
    once(lane);
    expect(told()).toEqual(["deny"]);
    clock.advance(cooldownMs);
    once(lane, use("fresh"));
    expect(told()).toEqual(["transition", "transition"]);
  });

  test("every event names its run and its time", () => {
    const { lane, events, clock } = fixture({ name: "nightly" });
    trip(lane);
    for (const event of events) expect(event).toMatchObject({ run: "nightly", at: clock() });
  });

  test("a transition says from where, to where, and its generation", () => {
    const { lane, events } = fixture();
    trip(lane);
    expect(events.filter(({ type }) => type === "transition")).toMatchObject([
      { from: "closed", to: "open", generation: 2, observed: false },
    ]);
  });

  test("a denied round emits one event", () => {
    const { lane, told } = fixture();
    trip(lane);
    told();
    lane.admitSync([use(1), use(2), use(3)]);
    expect(told()).toEqual(["deny"]);
  });

  test("the end of a run", () => {
    const { breaker, told } = fixture();
    breaker.endRun();
    expect(told()).toEqual(["run-ended"]);
  });
});

describe("events go out after the commit", () => {
  test("a listener sees the state that the event tells of", () => {
    const { breaker, lane } = fixture();
    const seen: unknown[] = [];
    breaker.on("transition", ({ to }) => seen.push([to, breaker.state, breaker.signal.aborted]));
    trip(lane);
    expect(seen).toEqual([["open", "open", true]]);
  });

  test("a listener that asks for a call finds the latch, and its events come after", () => {
    const { breaker, lane, told } = fixture();
    const verdicts: string[] = [];
    breaker.on("transition", () => verdicts.push(once(breaker.agent("b")).decision.verdict));
    trip(lane);
    expect(verdicts).toEqual(["open"]);
    expect(told()).toEqual(["warn", "block", "block", "transition", "trip", "deny"]);
  });

  test("a listener that trips the run stops the call that has just passed", () => {
    const { breaker, lane } = fixture();
    breaker.on("warn", () => void breaker.override({ force: "open", by: "me", why: "warned" }));
    const verdicts = [once(lane), once(lane), once(lane)].map(({ decision }) => decision.verdict);
    expect(verdicts).toEqual(["allow", "allow", "open"]);
  });
});

const fail = () => {
  throw new Error("again");
};

describe("a listener can't change an outcome", () => {
  test("what it throws becomes an event", () => {
    const { breaker, lane, events } = fixture();
    const error = new Error("listener");
    breaker.on("warn", () => {
      throw error;
    });
    const verdicts = [once(lane), once(lane), once(lane)].map(({ decision }) => decision.verdict);
    expect(verdicts).toEqual(["allow", "allow", "warn"]);
    expect(events.at(-1)).toMatchObject({ type: "listener-error", event: "warn", error });
  });

  test("what it rejects becomes an event", async () => {
    const { breaker, lane, events } = fixture();
    breaker.on("trip", () => Promise.reject(new Error("later")));
    trip(lane);
    await Promise.resolve();
    await Promise.resolve();
    expect(events.at(-1)).toMatchObject({ type: "listener-error", event: "trip" });
  });

  test("an error in a listener for listener errors changes nothing", () => {
    const { breaker, lane } = fixture();
    breaker.on("trip", fail);
    breaker.on("listener-error", fail);
    expect(trip(lane).verdict).toBe("open");
  });

  test("the others still hear", () => {
    const { breaker, lane } = fixture();
    const heard: string[] = [];
    breaker.on("trip", () => {
      throw new Error("first");
    });
    breaker.on("trip", () => heard.push("second"));
    trip(lane);
    expect(heard).toEqual(["second"]);
  });
});

describe("listening", () => {
  test("ends when the caller says so", () => {
    const { breaker, lane } = fixture();
    const heard: string[] = [];
    const end = breaker.on("block", () => heard.push("block"));
    breaker.on("block", () => end());
    trip(lane);
    expect(heard).toEqual(["block"]);
  });

  test("a listener that is added by another hears from the next event on", () => {
    const { breaker, lane } = fixture();
    const heard: string[] = [];
    const end = breaker.on("block", () => {
      end();
      breaker.on("block", () => heard.push("late"));
    });
    trip(lane);
    expect(heard).toEqual(["late"]);
  });

  test("the same function twice hears twice", () => {
    const { breaker, lane } = fixture();
    let heard = 0;
    const count = () => (heard += 1);
    const end = breaker.on("trip", count);
    breaker.on("trip", count);
    end();
    trip(lane);
    expect(heard).toBe(1);
  });

  test("a registry hears all its breakers, and a breaker only itself", () => {
    const registry = createRegistry({ ports: { random: Math.random } });
    const all = listen(registry);
    const [one, two] = [registry.breaker({ name: "one" }), registry.breaker({ name: "two" })];
    const own = listen(one);
    once(one.agent());
    trip(one.agent());
    trip(two.agent());
    createBreaker().endRun();
    expect(new Set(all.map(({ run }) => run))).toEqual(new Set(["one", "two"]));
    expect(new Set(own.map(({ run }) => run))).toEqual(new Set(["one"]));
  });
});

test("an event of a settled call comes with its settlement", () => {
  const { lane, told } = fixture({ budget: { usd: 1 } });
  once(lane, use(), { status: "success", usage: { usd: Number.NaN } });
  expect(told()).toEqual(["bad-usage"]);
  once(lane, use("b"), success());
  expect(told()).toEqual([]);
});

test('a listener to "*" hears every event, of a breaker or of all of a registry, until it is ended', () => {
  const registry = createRegistry({ budget: { modelCalls: 1, alertAt: 0.5 } });
  const breaker = registry.breaker({ name: "nightly" });
  const heard: GuardEvent[] = [];
  const names: string[] = [];
  registry.on("*", (event) => heard.push(event));
  const end = breaker.on("*", ({ type }) => names.push(type));
  const lane = breaker.agent();
  lane.settleSync(lane.admitSync([{ kind: "model" }])[0].token, success());
  lane.admitSync([{ kind: "model" }]);
  breaker.override({ grant: "model", by: "ops", why: "a last answer" });
  lane.admitSync([{ kind: "model" }]);
  expect(names).toEqual(["budget-alert", "transition", "trip", "override", "granted"]);
  end();
  breaker.endRun();
  expect(heard.map(({ type }) => type)).toEqual([...names, "transition", "run-ended"]);
  expect(heard.every(({ run }) => run === "nightly")).toBe(true);
});

test('a listener to "*" that throws is told to the others, once an event', () => {
  const { breaker, lane, told } = fixture();
  breaker.on("*", () => {
    throw new Error("listener");
  });
  trip(lane);
  expect(told().filter((name) => name === "listener-error")).toHaveLength(5);
});
