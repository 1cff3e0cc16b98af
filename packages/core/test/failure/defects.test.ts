// Seventeen defects that were seen in other circuit breakers. Each test plays what was done there, and states what must hold.
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  CircuitRefusalError,
  createRegistry,
  memoryStore,
  type Store,
  type Write,
} from "../../src/index.ts";
import { manualClock } from "../support/clock.ts";
import { later, minute, service } from "./support/service.ts";

const hour = 60 * minute;
const day = 24 * hour;

/** A process that has come up with the same store. */
const restarted = (store: Store, clock: ReturnType<typeof manualClock>) =>
  service({ failureThreshold: 1 }, { store }, clock);

const down = () => Promise.reject(new Error("down"));

afterEach(() => void vi.restoreAllMocks());

/** Lets 100 callers ask. Returns how many were refused. */
async function refusedOf100(ask: () => Promise<unknown>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: 100 }, ask));
  return answers.filter((answer) => answer instanceof CircuitRefusalError).length;
}

describe("windows", () => {
  test.each([
    ["failures in time", { windowMs: 5_000, failureThreshold: 5 }],
    ["a rate in time", { windowMs: 5_000, failureRate: 1, minimumCalls: 5 }],
  ])("D1: an hour without calls empties a window of %s", async (_, options) => {
    const { circuit, clock, fails } = service(options);
    for (let failure = 0; failure < 4; failure += 1) {
      await fails();
      clock.advance(1_000);
    }
    clock.advance(hour);
    await fails();
    expect(circuit.state).toBe("closed");
  });
});

describe("late results", () => {
  test("D2: a call from before the opening fails during the probe: the probe still decides", async () => {
    const { circuit, clock, fails, events } = service({ failureThreshold: 1 });
    const old = later<string>();
    const slow = circuit.call(() => old.promise).catch(() => {});
    await fails();
    clock.advance(minute);
    const probe = later<string>();
    const probing = circuit.call(() => probe.promise);
    old.reject(new Error("late"));
    await slow;
    expect(circuit.state).toBe("half-open");
    expect(events.at(-1)).toMatchObject({ type: "circuit-late", result: "failure" });
    probe.resolve("fine");
    await probing;
    expect(circuit.state).toBe("closed");
  });

  test("D3: a call from before the opening succeeds during the probe: the probe still decides", async () => {
    const { circuit, clock, fails } = service({ failureThreshold: 1 });
    const old = later<string>();
    const slow = circuit.call(() => old.promise);
    await fails();
    clock.advance(minute);
    const probe = later<string>();
    const probing = circuit.call(() => probe.promise).catch(() => {});
    old.resolve("late");
    expect(await slow).toBe("late");
    expect(circuit.state).toBe("half-open");
    probe.reject(new Error("still down"));
    await probing;
    expect(circuit.state).toBe("open");
  });
});

describe("listeners that throw", () => {
  test("D4: a listener of transitions throws: the caller gets its own error, and the circuit opens", async () => {
    const { circuit, fails, told } = service({ failureThreshold: 1 });
    circuit.on("transition", () => {
      throw new Error("listener");
    });
    const own = new Error("own");
    expect(await fails(own)).toBe(own);
    expect(circuit.state).toBe("open");
    expect(told()).toContain("listener-error");
  });

  test("D5: a listener of successes throws: the call succeeds, and counts once", async () => {
    const { circuit, works } = service({ failureThreshold: 1 });
    circuit.on("success", () => Promise.reject(new Error("listener")));
    circuit.on("success", () => {
      throw new Error("listener");
    });
    expect(await works()).toBe("fine");
    expect(circuit.stats.calls).toMatchObject({ succeeded: 1, failed: 0 });
    expect(circuit.state).toBe("closed");
  });
});

describe("a probe that never comes back", () => {
  test("D6: the callers behind it are refused at once, none waits", async () => {
    const { circuit, clock, fails, works } = service({ failureThreshold: 1 });
    await fails();
    clock.advance(minute);
    void circuit.call(() => new Promise(() => {}));
    expect(await refusedOf100(works)).toBe(100);
  });

  test("D7: after its lease the next caller probes", async () => {
    const { circuit, clock, fails, works } = service({ failureThreshold: 1 });
    await fails();
    clock.advance(minute);
    void circuit.call(() => new Promise(() => {}));
    clock.advance(day);
    expect(await works()).toBe("fine");
    expect(circuit.state).toBe("closed");
  });

  test("D8: it may come back after its lease, and then changes nothing", async () => {
    const { circuit, clock, fails } = service({ failureThreshold: 1, probeTimeoutMs: 1_000 });
    await fails();
    clock.advance(minute);
    const lost = later<never>();
    const losing = circuit.call(() => lost.promise).catch(() => {});
    clock.advance(1_000);
    const probe = later<string>();
    const probing = circuit.call(() => probe.promise);
    lost.reject(new Error("late"));
    await losing;
    expect(circuit.state).toBe("half-open");
    probe.resolve("fine");
    await probing;
    expect(circuit.state).toBe("closed");
  });
});

describe("a process that starts again", () => {
  test("D9: a circuit that has just opened stays open", async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    clock.advance(minute);
    await restarted(store, clock).fails();
    const { circuit, works } = restarted(store, clock);
    expect(circuit.state).toBe("open");
    expect(await works()).toMatchObject({ retryAfterMs: minute });
  });

  test("D10: a break goes on where it was, and does not begin anew", async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    await restarted(store, clock).fails();
    clock.advance(54_000);
    expect(await restarted(store, clock).works()).toMatchObject({ retryAfterMs: 6_000 });
  });

  test("D11: a circuit that was held open stays open, and reset frees it in every process", async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const before = restarted(store, clock);
    await before.circuit.forceOpen({ why: "maintenance" });
    const { circuit, works } = restarted(store, clock);
    expect(((await works()) as Error).message).toContain("maintenance");
    await circuit.reset();
    expect([await works(), before.circuit.state]).toEqual(["fine", "closed"]);
  });

  test.each([
    "{}",
    "no json",
    '{"version":2}',
    '{"version":1,"generation":-1,"phase":{"status":"open"},"opened":0,"openMs":0}',
    '{"version":1,"generation":0,"phase":{"status":"isolated"},"opened":0,"openMs":0}',
  ])("D12: a stored state that is damaged is told once, and replaced: %s", async (value) => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    store.compareAndSet([
      { key: "circuit:openai", expected: undefined, value, expiresAt: clock() + day },
    ]);
    const { circuit, events, works, fails } = restarted(store, clock);
    expect(await works()).toBe("fine");
    expect(events).toContainEqual(expect.objectContaining({ type: "port-error", port: "store" }));
    await fails();
    expect(circuit.state).toBe("open");
    const after = restarted(store, clock);
    expect(after.circuit.state).toBe("open");
    expect(after.told()).toEqual([]);
  });
});

describe("time", () => {
  test("D13: the clock is set back an hour during a break of a minute: the break is over after a minute", async () => {
    const { circuit, clock, fails, works } = service({ failureThreshold: 1 });
    await fails();
    clock.advance(-hour);
    expect(await works()).toMatchObject({ retryAfterMs: minute });
    clock.advance(minute);
    expect(await works()).toBe("fine");
    expect(circuit.state).toBe("closed");
  });

  test("D17: a circuit asks the registry's clock only: neither the platform's clocks nor its timers", async () => {
    const spies = [
      vi.spyOn(Date, "now"),
      vi.spyOn(performance, "now"),
      vi.spyOn(globalThis, "setTimeout"),
      vi.spyOn(globalThis, "setInterval"),
      vi.spyOn(Math, "random"),
    ];
    const { circuit, clock, fails, works } = service({
      windowMs: 1_000,
      failureRate: 1,
      minimumCalls: 2,
    });
    await fails();
    await fails();
    await works();
    clock.advance(minute);
    await works();
    expect(circuit.state).toBe("closed");
    expect(spies.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe("errors that don't count", () => {
  test("D14: such an error in half-open neither closes the circuit nor blocks it", async () => {
    class BadRequest extends Error {}
    const { circuit, clock, fails, works } = service({
      failureThreshold: 1,
      excluded: [BadRequest],
    });
    await fails();
    clock.advance(minute);
    await fails(new BadRequest("x"));
    expect(circuit.state).toBe("half-open");
    expect(await works()).toBe("fine");
    expect(circuit.state).toBe("closed");
  });
});

/** A store over a memory store that answers later, and tells what it was asked. */
function remote(clock: () => number): { readonly store: Store; readonly asked: string[] } {
  const inner = memoryStore({ clock });
  const asked: string[] = [];
  const answer = async <T>(name: string, value: () => T): Promise<Awaited<T>> => {
    asked.push(name);
    await Promise.resolve();
    return await value();
  };
  const store: Store = {
    get: (key) => answer("get", () => inner.get(key)),
    compareAndSet: (writes: readonly Write[]) =>
      answer("compareAndSet", () => inner.compareAndSet(writes)),
    list: (prefix) => answer("list", () => inner.list(prefix)),
    close: () => {},
  };
  return { store, asked };
}

describe("several processes", () => {
  const clock = manualClock();
  const processes = (store: Store, count: number) =>
    Array.from({ length: count }, () =>
      createRegistry({ store, ports: { clock } }).circuit("openai", { failureThreshold: 40 }),
    );

  test("D15: nothing is locked while a call runs, and no failure is lost", async () => {
    const { store } = remote(clock);
    const all = processes(store, 4);
    const hangs = later<string>();
    const running = all.map((circuit) => circuit.call(() => hangs.promise));
    await Promise.allSettled(
      all.flatMap((circuit) => Array.from({ length: 10 }, () => circuit.call(down))),
    );
    const refusals = await Promise.allSettled(all.map((circuit) => circuit.call(() => "x")));
    expect(refusals.map(({ status }) => status)).toEqual(Array<string>(4).fill("rejected"));
    hangs.resolve("late");
    expect(await Promise.all(running)).toEqual(Array<string>(4).fill("late"));
  });

  test("D16: a call reads one key and lists none, a healthy one writes nothing, and one process probes", async () => {
    const { store, asked } = remote(clock);
    const [one, two] = processes(store, 2) as [
      ReturnType<typeof processes>[number],
      ReturnType<typeof processes>[number],
    ];
    await one.call(() => 1);
    expect(asked).toEqual(["get", "get"]);
    for (let failure = 0; failure < 40; failure += 1) {
      await one.call(down).catch(() => {});
    }
    clock.advance(minute);
    let probes = 0;
    const probe = () => {
      probes += 1;
      return new Promise<never>(() => {});
    };
    void one.call(probe).catch(() => {});
    void two.call(probe).catch(() => {});
    await vi.waitUntil(() => two.stats.calls.refused + one.stats.calls.refused === 1);
    expect(probes).toBe(1);
    expect(asked).not.toContain("list");
  });
});
