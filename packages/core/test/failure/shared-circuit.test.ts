import { describe, expect, test } from "vitest";
import { createRegistry, memoryStore, type Store } from "../../src/index.ts";
import { manualClock, type ManualClock } from "../support/clock.ts";
import { service } from "./support/service.ts";

const down = () => Promise.reject(new Error("down"));

test("processes with one store share one circuit: its failures, its breaks and its probes", async () => {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const [one, two] = [1, 2].map(() => service({ failureThreshold: 4 }, { store }, clock));
  await one!.fails();
  await two!.fails();
  await one!.fails();
  expect(one!.circuit.state).toBe("closed");
  await two!.fails();
  expect([one!.circuit.state, two!.circuit.state]).toEqual(["open", "open"]);
  expect(one!.circuit.stats).toMatchObject({ opened: 1, calls: { failed: 2 } });
  clock.advance(60_000);
  expect(await one!.works()).toBe("fine");
  expect(two!.circuit.state).toBe("closed");
});

test("the process that opens the circuit tells it, and no other", async () => {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const [one, two] = [1, 2].map(() => service({ failureThreshold: 1 }, { store }, clock));
  await one!.fails();
  await two!.works();
  expect(one!.told()).toEqual(["failure", "transition"]);
  expect(two!.told()).toEqual(["refusal"]);
});

describe("a store that fails", () => {
  const broken: Store = {
    get: () => {
      throw new Error("ECONNREFUSED");
    },
    compareAndSet: () => Promise.reject(new Error("ECONNREFUSED")),
    list: () => [],
    close: () => {},
  };

  test("the circuit goes on with what the process knows, and each fault is an event", async () => {
    const { circuit, works, fails, events } = service({ failureThreshold: 2 }, { store: broken });
    await fails();
    await fails();
    expect(circuit.state).toBe("open");
    expect(await works()).toMatchObject({ state: "open" });
    expect(events.filter(({ type }) => type === "port-error").length).toBeGreaterThan(0);
  });

  test("what the process knows holds after the store has lost everything", async () => {
    const clock = manualClock();
    let store = memoryStore({ clock });
    const flushed: Store = {
      get: (key) => store.get(key),
      compareAndSet: (writes) => store.compareAndSet(writes),
      list: (prefix) => store.list(prefix),
      close: () => {},
    };
    const { works, fails } = service({ failureThreshold: 1 }, { store: flushed }, clock);
    await fails();
    store = memoryStore({ clock });
    expect(await works()).toMatchObject({ state: "open" });
  });
});

/** A store over the network. */
function slowStore(clock: ManualClock): Store {
  const inner = memoryStore({ clock });
  return {
    get: async (key) => inner.get(key),
    compareAndSet: async (writes) => inner.compareAndSet(writes),
    list: async (prefix) => inner.list(prefix),
    close: () => {},
  };
}

test("a store that answers later: forceOpen, forceClose and reset hold at once in their own process", async () => {
  const clock = manualClock();
  const store = slowStore(clock);
  const [one, two] = [1, 2].map(() => service({}, { store }, clock));
  const done = [one!.circuit.forceOpen({ by: "ops" })];
  expect(one!.circuit.state).toBe("open");
  expect(() => one!.circuit.enter()).toThrow(/is open/);
  await Promise.all(done);
  expect(await two!.works()).toMatchObject({ state: "open" });
  expect(one!.told()).toEqual(["transition", "refusal"]);
  const freed = two!.circuit.reset();
  expect(two!.circuit.state).toBe("closed");
  await freed;
  expect(await one!.works()).toBe("fine");
  expect(two!.told()).toEqual(["refusal", "transition"]);
});

test("a reset by a process that did not know of the opening is told once", async () => {
  const clock = manualClock();
  const store = slowStore(clock);
  const [one, two] = [1, 2].map(() => service({ failureThreshold: 1 }, { store }, clock));
  await one!.fails();
  await two!.circuit.reset();
  expect(two!.told()).toEqual(["transition"]);
  expect(await one!.works()).toBe("fine");
});

test("a store that answers later: enter and sync functions decide by what the process knows", async () => {
  const clock = manualClock();
  const store = slowStore(clock);
  const make = () =>
    createRegistry({ store, ports: { clock } }).circuit("openai", { failureThreshold: 1 });
  const [one, two] = [make(), make()];
  await one.call(down).catch(() => {});
  expect(one.state).toBe("open");
  using permit = two.enter(); // two has not heard of it yet
  permit.success();
  await two.call(() => 1).catch(() => {});
  expect(() => two.enter()).toThrow(/is open/);
});

test("one hundred circuits of one store are apart", async () => {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const registry = createRegistry({ store, ports: { clock } });
  const circuits = Array.from({ length: 100 }, (_, index) =>
    registry.circuit(`c${index}`, { failureThreshold: 1 }),
  );
  await Promise.allSettled(
    circuits.map((circuit, index) => circuit.call(index % 2 === 0 ? down : () => 1)),
  );
  expect(circuits.filter(({ state }) => state === "open").length).toBe(50);
});

test("the store forgets a circuit a week after its last change", async () => {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const week = 7 * 24 * 60 * 60_000;
  const options = { failureThreshold: 1, recoveryTimeoutMs: 100 * week };
  const read = () => service(options, { store }, clock).circuit.state;
  await service(options, { store }, clock).fails();
  clock.advance(week - 1);
  expect(read()).toBe("open");
  clock.advance(1);
  expect(read()).toBe("closed");
});

test("a forced circuit stays in the store for as long as it is forced", async () => {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const week = 7 * 24 * 60 * 60_000;
  const first = service({}, { store }, clock);
  await first.circuit.forceOpen({ by: "ops" });
  clock.advance(52 * week);
  expect(service({}, { store }, clock).circuit.state).toBe("open");
});
