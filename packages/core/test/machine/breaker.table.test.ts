import { describe, expect, test } from "vitest";
import type { BreakerOptions } from "../../src/breaker/breaker-options.ts";
import { insideOf } from "../../src/breaker/breaker.ts";
import type { Outcome } from "../../src/vocabulary/call.ts";
import type { CircuitStatus } from "../../src/vocabulary/events.ts";
import {
  cooldownMs,
  fixture,
  leaseMs,
  once,
  success,
  trip,
  use,
  type Fixture,
} from "../support/breakers.ts";

type State =
  | "closed"
  | "open"
  | "cooled"
  | "half-open"
  | "probing"
  | "forced-open"
  | "forced-closed";

/** Ways into every state. */
const reach: Readonly<Record<State, (on: Fixture) => void>> = {
  closed: () => {},
  open: ({ lane }) => void trip(lane),
  cooled: ({ lane, clock }) => {
    trip(lane);
    clock.advance(cooldownMs);
  },
  // the permit is free again: the first probe was aborted
  "half-open": (on) => {
    reach.cooled(on);
    once(on.lane, use(), { status: "ignored" });
  },
  probing: (on) => {
    reach.cooled(on);
    on.lane.admitSync([use()]);
  },
  "forced-open": ({ breaker }) => void breaker.override({ force: "open", by: "me", why: "test" }),
  "forced-closed": ({ breaker }) =>
    void breaker.override({ force: "closed", by: "me", why: "test" }),
};

const generation = ({ breaker }: Fixture) => insideOf(breaker).circuit.state.generation;

function at(state: State, options?: BreakerOptions): Fixture {
  const on = fixture(options);
  reach[state](on);
  on.told();
  return on;
}

describe("admit", () => {
  const rows: readonly (readonly [
    State,
    who: "a round" | "a model" | "b round" | "b model",
    verdict: "allow" | "open",
    retryAfterMs: number | undefined,
    CircuitStatus,
    generations: number,
  ])[] = [
    ["closed", "a round", "allow", undefined, "closed", 0],
    ["closed", "a model", "allow", undefined, "closed", 0],
    ["open", "a round", "open", cooldownMs, "open", 0],
    ["open", "a model", "open", cooldownMs, "open", 0],
    ["open", "b round", "open", cooldownMs, "open", 0],
    ["cooled", "a round", "allow", undefined, "half-open", 1],
    ["cooled", "b round", "allow", undefined, "half-open", 1],
    ["cooled", "a model", "allow", undefined, "half-open", 1],
    ["half-open", "a round", "allow", undefined, "half-open", 0],
    ["half-open", "a model", "allow", undefined, "half-open", 0],
    ["half-open", "b round", "open", leaseMs, "half-open", 0],
    ["half-open", "b model", "open", leaseMs, "half-open", 0],
    ["probing", "a round", "open", leaseMs, "half-open", 0],
    ["probing", "a model", "open", leaseMs, "half-open", 0],
    ["probing", "b round", "open", leaseMs, "half-open", 0],
    ["forced-open", "a round", "open", undefined, "forced-open", 0],
    ["forced-open", "a model", "open", undefined, "forced-open", 0],
    ["forced-closed", "a round", "allow", undefined, "forced-closed", 0],
  ];

  test.for(rows)("%s: %s: %s", ([state, who, verdict, retryAfterMs, status, generations]) => {
    const on = at(state);
    const before = generation(on);
    const [agent, kind] = who.split(" ");
    const call = kind === "model" ? ({ kind: "model" } as const) : use("fresh");
    const [decision] = on.breaker.agent(agent).admitSync([call]);
    expect({ verdict: decision.verdict, retryAfterMs: decision.retryAfterMs }).toEqual({
      verdict,
      retryAfterMs,
    });
    expect(on.breaker.state).toBe(status);
    expect(generation(on) - before).toBe(generations);
  });

  test("forced open until a moment: that is when to come back", () => {
    const { breaker, lane, clock } = fixture();
    breaker.override({ force: "open", by: "me", why: "test", until: clock() + 500 });
    expect(lane.admitSync([use()])[0]).toMatchObject({ verdict: "open", retryAfterMs: 500 });
    clock.advance(500);
    expect(lane.admitSync([use()])[0].verdict).toBe("allow");
    expect(breaker.signal.aborted).toBe(false);
  });
});

describe("settle the probe", () => {
  const news = success("news");
  const rows: readonly (readonly [
    what: string,
    call: string,
    Outcome,
    CircuitStatus,
    generations: number,
  ])[] = [
    ["a new signature closes", "fresh", success(), "closed", 1],
    ["a new signature closes, also when it fails", "fresh", { status: "failure" }, "closed", 1],
    ["a changed outcome closes", "x", news, "closed", 1],
    ["a success that has become a failure closes", "x", { status: "failure" }, "closed", 1],
    ["the same again re-opens", "x", success(), "open", 1],
    ["an abort frees the permit", "x", { status: "ignored" }, "half-open", 0],
    [
      "an unseen outcome of a known call frees the permit",
      "x",
      { status: "unknown" },
      "half-open",
      0,
    ],
  ];

  test.for(rows)("%s", ([, args, outcome, status, generations]) => {
    const on = at("cooled");
    const [probe] = on.lane.admitSync([use(args)]);
    const before = generation(on);
    expect(on.lane.settleSync(probe.token, outcome)).toEqual({ applied: true });
    expect(on.breaker.state).toBe(status);
    expect(generation(on) - before).toBe(generations);
    if (status === "half-open") expect(on.lane.admitSync([use()])[0].verdict).toBe("allow");
  });

  test("equal but for the numbers is the same again", () => {
    const on = fixture();
    trip(on.lane, use(), success("at 10:01"));
    on.clock.advance(cooldownMs);
    once(on.lane, use(), success("at 10:09"));
    expect(on.breaker.state).toBe("open");
  });

  test("forced open: guard records it, and nothing moves", () => {
    const on = at("cooled");
    const [probe] = on.lane.admitSync([use()]);
    const lift = on.breaker.override({ force: "open", by: "me", why: "test" });
    expect(on.lane.settleSync(probe.token, success())).toEqual({ applied: true });
    lift();
    expect(on.breaker.state).toBe("half-open");
  });

  test("one parallel answer is one probe: guard judges it when all its calls have come back", () => {
    const on = at("cooled");
    const [first, second] = on.lane.admitSync([use(), use("fresh")]);
    on.lane.settleSync(first.token, success());
    expect(on.breaker.state).toBe("half-open");
    on.lane.settleSync(second.token, success());
    expect(on.breaker.state).toBe("closed");
  });
});

describe("results of an older generation", () => {
  test.for<[State]>([["open"], ["probing"]])(
    "move nothing while %s, but their cost is booked once",
    ([state]) => {
      const on = fixture();
      const [old] = on.breaker.agent("b").admitSync([use("slow")]);
      reach[state](on);
      const before = on.breaker.state;
      on.told();
      const late: Outcome = { status: "success", result: "late", usage: { usd: 0.25 } };
      expect(on.lane.settleSync(old.token, late)).toEqual({ applied: false, reason: "stale" });
      expect(on.lane.settleSync(old.token, late)).toEqual({ applied: false, reason: "stale" });
      expect(on.breaker.state).toBe(before);
      expect(on.breaker.spending.usd).toBe(0.25);
      expect(on.told()).toEqual(["stale-result", "stale-result"]);
    },
  );

  test("a refused token settles as a no-op", () => {
    const on = at("open");
    const [refused] = on.lane.admitSync([use()]);
    expect(on.lane.settleSync(refused.token, success())).toEqual({
      applied: false,
      reason: "refused",
    });
  });

  test("a second result of the same call is not taken", () => {
    const { lane, breaker } = fixture();
    const [{ token }] = lane.admitSync([use()]);
    const outcome: Outcome = { status: "success", usage: { usd: 1 } };
    lane.settleSync(token, outcome);
    expect(lane.settleSync(token, outcome)).toEqual({ applied: false, reason: "settled" });
    expect(breaker.spending.usd).toBe(1);
  });
});

describe("recovery", () => {
  test("each re-opening doubles the break, up to the cap; closing starts anew", () => {
    const on = fixture({ recovery: { maxCooldownMs: 100_000 } });
    const breaks = [trip(on.lane).retryAfterMs];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      on.clock.advance(breaks.at(-1)!);
      once(on.lane);
      breaks.push(on.lane.admitSync([use()])[0].retryAfterMs);
    }
    expect(breaks).toEqual([30_000, 60_000, 100_000, 100_000]);
    on.clock.advance(100_000);
    once(on.lane, use(), success("news"));
    expect(trip(on.lane, use("other")).retryAfterMs).toBe(30_000);
  });

  test("re-opening jitters by the Random port", () => {
    const on = fixture({ ports: { random: () => 0.5 } });
    trip(on.lane);
    on.clock.advance(cooldownMs);
    once(on.lane);
    expect(on.lane.admitSync([use()])[0].retryAfterMs).toBe(66_000);
  });

  test("closing clears the evidence and keeps the money", () => {
    const on = at("cooled", { tools: { use: { usd: 0.5 } } });
    const spent = on.breaker.spending.usd;
    once(on.lane, use(), success("news"));
    expect(on.breaker.state).toBe("closed");
    expect(on.breaker.spending.usd).toBe(spent + 0.5);
    const verdicts = Array.from({ length: 4 }, () => once(on.lane).decision.verdict);
    expect(verdicts).toEqual(["allow", "allow", "warn", "block"]);
  });

  test("a spent budget has no probe; a new run or a reset ends it", () => {
    const on = fixture({ budget: { toolCalls: 1 } });
    once(on.lane);
    const { decision } = once(on.lane);
    expect(decision).toMatchObject({ verdict: "open" });
    expect(decision.retryAfterMs).toBeUndefined();
    on.clock.advance(365 * 86_400_000);
    expect(on.breaker.state).toBe("open");
    expect(once(on.lane).decision.verdict).toBe("open");
    on.breaker.endRun();
    expect(on.breaker.state).toBe("closed");
    expect(once(on.lane).decision.verdict).toBe("allow");
  });

  test("a trip for a loop outlives the run it stopped", () => {
    const on = at("open");
    on.breaker.endRun();
    expect(once(on.lane).decision).toMatchObject({ verdict: "open", retryAfterMs: cooldownMs });
  });

  test("reset closes, lifts overrides, starts a generation and keeps the money", () => {
    const on = at("open", { tools: { use: { usd: 1 } } });
    const { usd } = on.breaker.spending;
    const before = generation(on);
    on.breaker.override({ force: "open", by: "me", why: "test" });
    on.breaker.reset();
    expect(on.breaker.state).toBe("closed");
    expect(generation(on)).toBeGreaterThan(before);
    expect(on.breaker.spending.usd).toBe(usd);
    expect(once(on.lane).decision.verdict).toBe("allow");
  });

  test("the model may answer before its tools probe", () => {
    const on = at("cooled");
    const [model] = on.lane.admitSync([{ kind: "model" }]);
    expect(model.verdict).toBe("allow");
    on.lane.settleSync(model.token, success());
    expect(once(on.lane, use("fresh")).decision.verdict).toBe("allow");
    expect(on.breaker.state).toBe("closed");
  });
});

describe("overrides", () => {
  test("forced closed lets calls of an open circuit pass, and after lifting none passes", () => {
    const on = at("open");
    const lift = on.breaker.override({ force: "closed", by: "me", why: "test" });
    expect(on.breaker.state).toBe("forced-closed");
    expect(once(on.lane).decision.verdict).toBe("allow");
    lift();
    expect(on.breaker.state).toBe("open");
    expect(once(on.lane).decision.verdict).toBe("open");
  });

  test("the latest that has not expired is in force", () => {
    const { breaker, clock } = fixture();
    breaker.override({ force: "open", by: "me", why: "for good" });
    breaker.override({ force: "closed", by: "me", why: "for a second", until: clock() + 1_000 });
    expect(breaker.state).toBe("forced-closed");
    clock.advance(1_000);
    expect(breaker.state).toBe("forced-open");
  });

  test("made in the same moment, each is lifted on its own", () => {
    const { breaker } = fixture();
    const first = breaker.override({ force: "open", by: "me", why: "1" });
    breaker.override({ force: "open", by: "me", why: "2" });
    first();
    const third = breaker.override({ force: "closed", by: "me", why: "3" });
    third();
    expect(breaker.state).toBe("forced-open");
  });

  test("a transition tells of each", () => {
    const { breaker, events } = fixture();
    breaker.override({ force: "open", by: "me", why: "test" })();
    expect(events).toMatchObject([
      { type: "transition", from: "closed", to: "forced-open" },
      { type: "override", override: { by: "me", why: "test" } },
      { type: "transition", from: "forced-open", to: "closed" },
    ]);
  });
});

describe("check, for hooks that can't wait", () => {
  test("finds the decision as it was made, until the run is stopped", () => {
    const { breaker, lane } = fixture();
    const [other] = breaker.agent("b").admitSync([use("slow")]);
    expect(lane.check(other)).toBe(other);
    expect(lane.check().verdict).toBe("allow");
    trip(lane);
    expect(lane.check(other)).toMatchObject({ verdict: "open", retryAfterMs: cooldownMs });
    expect(lane.check().verdict).toBe("open");
  });

  test("while a lane probes, calls of other lanes may not start", () => {
    const on = at("cooled");
    const [probe] = on.lane.admitSync([use()]);
    expect(on.lane.check(probe).verdict).toBe("allow");
    expect(on.breaker.agent("b").check()).toMatchObject({ verdict: "open", retryAfterMs: leaseMs });
  });
});
