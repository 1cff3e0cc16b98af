import { describe, expect, test } from "vitest";
import { admit, type Gate } from "../../src/machine/admit.ts";
import { cooldown } from "../../src/machine/cooldown.ts";
import { endProbe, type ProbeResult } from "../../src/machine/end-probe.ts";
import {
  closed,
  isByHand,
  remainingMs,
  statusAt,
  type HalfOpen,
  type MachineState,
  type Open,
  type Recovery,
  type Trip,
} from "../../src/machine/state.ts";
import { trip } from "../../src/machine/trip.ts";

const recovery: Recovery = { cooldownMs: 30, maxCooldownMs: 200, leaseMs: 60, probes: 1 };
const cause: Trip = {
  at: 1_000,
  finding: {
    rule: "no-progress",
    reason: "loop",
    verdict: "open",
    count: 4,
    limit: 4,
    agent: "a",
    signatures: ["s"],
    cost: { calls: 0, tokens: 0, usd: 0 },
  },
  used: { modelCalls: 0, toolCalls: 0, delegations: 0, tokens: 0, usd: 0 },
  repeats: [],
  recovers: true,
};
const open: Open = { status: "open", openedAt: 1_000, cooldownMs: 30, attempt: 1, trip: cause };
const spent: Open = { ...open, trip: { ...cause, recovers: false } };
const freePermit: HalfOpen = {
  status: "half-open",
  attempt: 1,
  trip: cause,
  claim: { lane: "a", until: 1_060 },
  leases: [],
};
const lease = { lane: "a", token: "t1", until: 1_060 };
const noPermit: HalfOpen = { ...freePermit, leases: [lease] };

/** What a gate says, in one word: the answer, the wait, and what became of the state. */
function said(gate: Gate): string {
  const wait = gate.pass === "no" && gate.retryAfterMs !== undefined ? ` ${gate.retryAfterMs}` : "";
  const { next } = gate;
  if (next?.status !== "half-open") return `${gate.pass}${wait}`;
  const permits = next.leases.map(({ lane, token }) => `${lane}:${token}`).join(",");
  return `${gate.pass}${wait} ⇒ half-open for ${next.claim.lane}, permits [${permits}]`;
}

describe("admit", () => {
  const rows: readonly (readonly [
    state: string,
    who: string,
    now: number,
    answer: string,
    MachineState,
  ])[] = [
    ["closed", "a round", 1_000, "judged", closed],
    ["closed", "a model", 1_000, "judged", closed],
    ["open, R = 30", "a round", 1_000, "no 30", open],
    ["open, R = 1", "a round", 1_029, "no 1", open],
    ["open, R = 1", "a model", 1_029, "no 1", open],
    ["open, R = 0", "a round", 1_030, "probe ⇒ half-open for a, permits [a:t2]", open],
    ["open, R = 0", "b round", 9_999, "probe ⇒ half-open for b, permits [b:t2]", open],
    ["open, R = 0", "a model", 1_030, "probe ⇒ half-open for a, permits []", open],
    ["open for a spent budget", "a round", 1_000, "no", spent],
    ["open for a spent budget", "a round", 999_999, "no", spent],
    [
      "half-open, permit free",
      "a round",
      1_010,
      "probe ⇒ half-open for a, permits [a:t2]",
      freePermit,
    ],
    ["half-open, permit free", "a model", 1_010, "probe ⇒ half-open for a, permits []", freePermit],
    ["half-open, permit free", "b round", 1_010, "no 50 ⇒ half-open for a, permits []", freePermit],
    ["half-open, permit free", "b model", 1_010, "no 50 ⇒ half-open for a, permits []", freePermit],
    ["half-open, no permit", "a round", 1_010, "no 50 ⇒ half-open for a, permits [a:t1]", noPermit],
    ["half-open, no permit", "a model", 1_010, "no 50 ⇒ half-open for a, permits [a:t1]", noPermit],
    ["half-open, no permit", "b round", 1_010, "no 50 ⇒ half-open for a, permits [a:t1]", noPermit],
    [
      "half-open, lease over",
      "a round",
      1_060,
      "probe ⇒ half-open for a, permits [a:t2]",
      noPermit,
    ],
    [
      "half-open, claim over",
      "b round",
      1_060,
      "probe ⇒ half-open for b, permits [b:t2]",
      noPermit,
    ],
    ["half-open, claim over", "b model", 1_060, "probe ⇒ half-open for b, permits []", freePermit],
  ];

  test.for(rows)("%s, %s at %i: %s", ([, who, now, answer, state]) => {
    const [lane, kind] = who.split(" ") as [string, "round" | "model"];
    expect(said(admit(state, { lane, kind, token: "t2", mayProbe: true }, now, recovery))).toBe(
      answer,
    );
  });

  test("a run that began before the trip may not probe", () => {
    const early = { lane: "a", kind: "round", token: "t2", mayProbe: false } as const;
    expect(admit(open, early, 1_030, recovery)).toEqual({ pass: "no" });
    expect(admit(freePermit, early, 1_010, recovery)).toEqual({ pass: "no" });
    expect(admit(open, early, 1_029, recovery)).toEqual({ pass: "no", retryAfterMs: 1 });
    expect(admit(closed, early, 1_030, recovery)).toEqual({ pass: "judged" });
  });

  test("a spent budget holds until its window ends; then the circuit is closed", () => {
    const daily: Open = { ...spent, trip: { ...spent.trip, until: 5_000 } };
    const ask = (now: number) =>
      admit(daily, { lane: "a", kind: "round", token: "t2", mayProbe: true }, now, recovery);
    expect(ask(1_030)).toEqual({ pass: "no", retryAfterMs: 3_970 });
    expect(ask(4_999)).toEqual({ pass: "no", retryAfterMs: 1 });
    expect(ask(5_000)).toEqual({ pass: "judged", next: closed });
    expect(ask(6_000)).toEqual({ pass: "judged", next: closed });
  });

  test("the clock was set back: the break begins anew, and lasts no longer than before", () => {
    const ask = (now: number) =>
      admit(open, { lane: "a", kind: "round", token: "t2", mayProbe: true }, now, recovery);
    expect(ask(400)).toEqual({
      pass: "no",
      retryAfterMs: 30,
      next: { ...open, openedAt: 400, trip: { ...cause, at: 400 } },
    });
    expect(ask(1_000)).toEqual({ pass: "no", retryAfterMs: 30 });
  });

  test("the clock was set back: no claim and no lease ends later than one that begins now", () => {
    const ask = (lane: string) =>
      admit(noPermit, { lane, kind: "round", token: "t2", mayProbe: true }, 500, recovery);
    expect(ask("a")).toEqual({
      pass: "no",
      retryAfterMs: 60,
      next: {
        ...noPermit,
        claim: { lane: "a", until: 560 },
        leases: [{ ...lease, until: 560 }],
      },
    });
  });

  test("a probe after a break keeps the attempt and the cause", () => {
    const second: Open = { ...open, attempt: 2 };
    const model = { lane: "b", kind: "model", token: "", mayProbe: true } as const;
    expect(admit(second, model, 1_030, recovery)).toEqual({
      pass: "probe",
      next: {
        status: "half-open",
        attempt: 2,
        trip: cause,
        claim: { lane: "b", until: 1_090 },
        leases: [],
      },
    });
  });

  test("half-open, no permit: a lane waits until the first lease ends", () => {
    const two = { ...recovery, probes: 2 };
    const state = { ...noPermit, leases: [lease, { ...lease, token: "t0", until: 1_020 }] };
    expect(
      said(admit(state, { lane: "a", kind: "round", token: "t2", mayProbe: true }, 1_010, two)),
    ).toMatch(/^no 10 /);
  });

  test("the lease and the claim of a probe begin when the lane asks", () => {
    const gate = admit(
      open,
      { lane: "a", kind: "round", token: "t2", mayProbe: true },
      1_500,
      recovery,
    );
    expect(gate.next).toMatchObject({ claim: { until: 1_560 }, leases: [{ until: 1_560 }] });
  });
});

describe("settle a probe", () => {
  const rows: readonly (readonly [ProbeResult, token: string, MachineState])[] = [
    ["news", "t1", closed],
    [
      "same",
      "t1",
      { ...open, openedAt: 1_050, cooldownMs: 60, attempt: 2, trip: { ...cause, at: 1_050 } },
    ],
    ["nothing", "t1", freePermit],
    ["news", "lost its lease", noPermit],
    ["same", "lost its lease", noPermit],
    ["nothing", "lost its lease", noPermit],
  ];

  test.for(rows)("%s, %s", ([result, token, next]) => {
    expect(endProbe(noPermit, token, result, 1_050, 0, recovery)).toEqual(next);
  });
});

test("a probe that says nothing frees its own permit, and no other", () => {
  const other = { lane: "b", token: "t9", until: 1_055 };
  const two: HalfOpen = { ...noPermit, leases: [other, lease] };
  expect(endProbe(two, "t1", "nothing", 1_050, 0, recovery)).toEqual({ ...two, leases: [other] });
  expect(endProbe(two, "t9", "news", 1_050, 0, recovery)).toEqual(closed);
});

describe("trip", () => {
  test.for<[MachineState, attempt: number, cooldownMs: number]>([
    [closed, 1, 30],
    [noPermit, 2, 60],
    [{ ...noPermit, attempt: 2 }, 3, 120],
    [{ ...noPermit, attempt: 3 }, 4, 200],
    [{ ...noPermit, attempt: 1_000_000 }, 1_000_001, 200],
  ])("%o: attempt %i, %i ms", ([from, attempt, cooldownMs]) => {
    expect(trip(from, cause, 2_000, 0, recovery)).toEqual({
      ...open,
      openedAt: 2_000,
      attempt,
      cooldownMs,
    });
  });
});

describe("cooldown", () => {
  test("the first break is exactly as configured", () => {
    expect(cooldown(recovery, 1, 0.999)).toBe(30);
  });

  test("further ones have up to 20 % of jitter, within the cap", () => {
    expect(cooldown(recovery, 2, 0)).toBe(60);
    expect(cooldown(recovery, 2, 0.5)).toBe(66);
    expect(cooldown(recovery, 4, 0.999)).toBe(200);
  });

  test("a cap below the base does not shorten the base", () => {
    expect(cooldown({ ...recovery, maxCooldownMs: 10 }, 1, 0)).toBe(30);
    expect(cooldown({ ...recovery, maxCooldownMs: 10 }, 5, 0)).toBe(30);
  });
});

describe("time", () => {
  test.for([
    [900, 30],
    [1_000, 30],
    [1_010, 20],
    [1_030, 0],
    [99_999, 0],
  ])("at %i a break of 30 that began at 1000 has %i left", ([now, left]) => {
    expect(remainingMs(open, now!)).toBe(left);
  });

  test("a spent budget has the rest of its window left, and no end without a window", () => {
    const daily: Open = { ...spent, trip: { ...spent.trip, until: 5_000 } };
    expect(remainingMs(spent, 9_999)).toBe(Number.POSITIVE_INFINITY);
    expect([1_000, 4_999, 5_000, 6_000].map((now) => remainingMs(daily, now))).toEqual([
      4_000, 1, 0, 0,
    ]);
    expect([statusAt(daily, 4_999), statusAt(daily, 5_000)]).toEqual(["open", "closed"]);
  });

  test("only a human's stop is by hand", () => {
    const manual = { ...cause, finding: { ...cause.finding, rule: "manual" } } as const;
    const states: readonly [MachineState, boolean][] = [
      [closed, false],
      [open, false],
      [noPermit, false],
      [{ ...open, trip: manual }, true],
      [{ ...noPermit, trip: manual }, true],
    ];
    for (const [state, expected] of states) expect(isByHand(state)).toBe(expected);
  });

  test("only a break that is over reads as half-open", () => {
    expect(statusAt(open, 1_029)).toBe("open");
    expect(statusAt(open, 1_030)).toBe("half-open");
    expect(statusAt(spent, 1_030)).toBe("open");
    expect(statusAt(closed, 1_030)).toBe("closed");
    expect(statusAt(noPermit, 0)).toBe("half-open");
  });
});
