import { describe, expect, test } from "vitest";
import type { CircuitRefusalError } from "../../src/index.ts";
import { KnownCircuits } from "../../src/failure/known-circuits.ts";
import type { GuardEvent } from "../../src/vocabulary/events.ts";
import { later, minute, service } from "./support/service.ts";

const week = 7 * 24 * 60 * minute;
const abort = new DOMException("x", "AbortError");

/** The events of the circuit, whole, without the fields that all of them have. */
function heard(events: readonly GuardEvent[], at: number): readonly object[] {
  return events
    .filter(({ type }) => type.startsWith("circuit-"))
    .map((event) => {
      expect(event).toMatchObject({ run: "", at, circuit: "openai", observed: false });
      const own: Record<string, unknown> = { ...event };
      for (const name of ["run", "at", "circuit", "observed"]) delete own[name];
      return own;
    });
}

const causeOf = async (own: ReturnType<typeof service>) => {
  const refusal = (await own.works()) as CircuitRefusalError;
  return "cause" in refusal ? refusal.cause : "none";
};

const known = async (prepare: (own: ReturnType<typeof service>) => unknown) => {
  const own = service({ failureThreshold: 1 });
  await prepare(own);
  return own.circuit as unknown as { readonly hasEnded: boolean };
};

const openFor = (ms: number) =>
  known(async ({ clock, fails }) => {
    await fails();
    clock.advance(ms);
  });

describe("each event holds what happened, and no more", () => {
  test("a success, a failure, an opening and a refusal", async () => {
    const { clock, events, works, fails } = service({ failureThreshold: 1 });
    await works();
    await fails(new RangeError("x"));
    await works();
    expect(heard(events, clock())).toEqual([
      { type: "circuit-success", durationMs: 0, probe: false },
      {
        type: "circuit-failure",
        durationMs: 0,
        probe: false,
        slow: false,
        error: "RangeError",
      },
      { type: "circuit-transition", from: "closed", to: "open", retryAfterMs: minute },
      { type: "circuit-refusal", state: "open", retryAfterMs: minute },
    ]);
  });

  test("an ignored error", async () => {
    const { clock, events, fails } = service();
    await fails(abort);
    expect(heard(events, clock())).toEqual([
      { type: "circuit-ignored", durationMs: 0, probe: false, error: "AbortError" },
    ]);
  });

  test("a failed result has no error", async () => {
    const { circuit, clock, events } = service({ isFailedResult: () => true });
    await circuit.call(() => 1);
    expect(heard(events, clock())).toEqual([
      { type: "circuit-failure", durationMs: 0, probe: false, slow: false },
    ]);
  });

  test("a slow call: the time it took, measured by the clock that is never set back", async () => {
    let monotonic = 0;
    const own = service({ slowCallMs: 10 }, { ports: { monotonic: () => monotonic } });
    const takes = (ms: number) => own.circuit.call(() => (monotonic += ms));
    await takes(10);
    await takes(11);
    await takes(-5);
    expect(heard(own.events, own.clock())).toEqual([
      { type: "circuit-success", durationMs: 10, probe: false },
      { type: "circuit-failure", durationMs: 11, probe: false, slow: true },
      { type: "circuit-success", durationMs: 0, probe: false },
    ]);
  });

  test("a slow call that failed is a failure, and not a slow one", async () => {
    let monotonic = 0;
    const own = service({ slowCallMs: 10 }, { ports: { monotonic: () => monotonic } });
    const fail = () => {
      monotonic += 99;
      throw new Error("x");
    };
    await own.circuit.call(fail).catch(() => {});
    expect(heard(own.events, own.clock())).toMatchObject([{ slow: false, durationMs: 99 }]);
    expect(own.circuit.stats.calls).toMatchObject({ failed: 1, slow: 0 });
  });

  test("a probe, and the transitions around it", async () => {
    const { clock, events, fails, works } = service({ failureThreshold: 1 });
    await fails();
    clock.advance(minute);
    events.length = 0;
    await works();
    expect(heard(events, clock())).toEqual([
      { type: "circuit-transition", from: "open", to: "half-open" },
      { type: "circuit-success", durationMs: 0, probe: true },
      { type: "circuit-transition", from: "half-open", to: "closed" },
    ]);
  });

  test("a late result", async () => {
    const { circuit, clock, events, fails } = service({ failureThreshold: 1 });
    const slow = later<string>();
    const running = circuit.call(() => slow.promise);
    await fails();
    events.length = 0;
    slow.resolve("late");
    await running;
    expect(heard(events, clock())).toEqual([
      { type: "circuit-late", durationMs: 0, probe: false, result: "success" },
    ]);
  });

  test("a human's word: who and why, and no time to come back", async () => {
    const { circuit, clock, events } = service();
    await circuit.forceOpen({ by: "ops", why: "maintenance" });
    await circuit.forceClose();
    await circuit.forceOpen({ why: "again" });
    await circuit.reset();
    expect(heard(events, clock())).toEqual([
      { type: "circuit-transition", from: "closed", to: "open", by: "ops", why: "maintenance" },
      { type: "circuit-transition", from: "open", to: "closed" },
      { type: "circuit-transition", from: "closed", to: "open", why: "again" },
      { type: "circuit-transition", from: "open", to: "closed" },
    ]);
  });

  test("a force that changes nothing is no transition", async () => {
    const { circuit, events } = service();
    await circuit.forceClose({ by: "ops" });
    await circuit.reset();
    expect(events).toEqual([]);
  });

  test("a circuit that a human closes while its break lasts tells no time to come back", async () => {
    const { circuit, clock, events, fails } = service({ failureThreshold: 1 });
    await fails();
    events.length = 0;
    await circuit.forceClose();
    expect(heard(events, clock())).toEqual([
      { type: "circuit-transition", from: "open", to: "closed" },
    ]);
  });
});

describe("the cause of a refusal", () => {
  test("a refusal has no cause if a human opened the circuit before any failure", async () => {
    const own = service();
    await own.circuit.forceOpen();
    expect(await causeOf(own)).toBe("none");
  });

  test("a call that was slow, or returned a failed result, is no cause", async () => {
    const own = service({ failureThreshold: 1, isFailedResult: () => true });
    await own.circuit.call(() => 1);
    expect(await causeOf(own)).toBe("none");
  });

  test("an error that does not count is no cause", async () => {
    const own = service({ failureThreshold: 1 });
    await own.fails(abort);
    const first = new Error("first");
    await own.fails(first);
    expect(await causeOf(own)).toBe(first);
  });

  test("a late failure is no cause", async () => {
    const own = service({ failureThreshold: 1 });
    const slow = later<never>();
    const running = own.circuit.call(() => slow.promise).catch(() => {});
    await own.circuit.forceOpen();
    await own.circuit.reset();
    slow.reject(new Error("late"));
    await running;
    const first = new Error("first");
    await own.fails(first);
    expect(await causeOf(own)).toBe(first);
  });

  test("a circuit that has closed starts again without a cause", async () => {
    const own = service({ failureThreshold: 1 });
    await own.fails(new Error("long ago"));
    await own.circuit.reset();
    await own.circuit.forceOpen();
    expect(await causeOf(own)).toBe("none");
  });
});

test("a user's function that throws is told as an error of the port `circuit`", async () => {
  const own = new Error("isFailure");
  const { events, fails } = service({
    isFailure: () => {
      throw own;
    },
  });
  await fails();
  expect(events[0]).toMatchObject({ type: "port-error", port: "circuit", error: own });
});

describe("guard may forget a circuit", () => {
  test.each<[name: string, circuit: () => ReturnType<typeof known>, hasEnded: boolean]>([
    ["that is closed", () => known(() => {}), true],
    ["not while it is open", () => openFor(0), false],
    ["not within a week after its break", () => openFor(minute + week), false],
    ["a week after its break", () => openFor(minute + week + 1), true],
    ["not while a human holds it open", () => known(({ circuit }) => circuit.forceOpen()), false],
    [
      "not while a human holds it closed",
      () => known(({ circuit }) => circuit.forceClose()),
      false,
    ],
    [
      "not while it probes",
      () =>
        known(async ({ circuit, clock, fails }) => {
          await fails();
          clock.advance(minute);
          void circuit.call(() => new Promise(() => {}));
          clock.advance(2 * week);
        }),
      false,
    ],
  ])("%s", async (_, circuit, hasEnded) => {
    expect((await circuit()).hasEnded).toBe(hasEnded);
  });
});

test("KnownCircuits finds only circuits that were made", () => {
  const circuits = new KnownCircuits(() => {
    throw new Error("no circuit is made here");
  });
  expect(circuits.find("openai")).toBeUndefined();
});
