// Transactions by themselves: those of one process take turns, those of several make way for each other.
import { describe, expect, test } from "vitest";
import type { Store } from "../../src/ports/store.ts";
import { backOffMs } from "../../src/store/commit.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import { transact } from "../../src/store/transact.ts";
import { turnsOf } from "../../src/store/turns.ts";
import { slowStore } from "../support/slow-store.ts";

const expiresAt = Number.MAX_SAFE_INTEGER;

/** Adds one to each of some counters, and answers what the first was before. */
const addTo = (store: Store, ...keys: readonly string[]) =>
  transact(store, keys, (values) => {
    const numberIn = (key: string) => Number(values.get(key) ?? 0);
    const writes = keys.map((key) => ({ key, value: String(numberIn(key) + 1), expiresAt }));
    return { writes, result: numberIn(keys[0]!) };
  });

const addLater = async (store: Store, ...keys: readonly string[]) => addTo(store, ...keys);

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

test("a transaction on a store that answers at once also answers at once", () => {
  const store = memoryStore();
  expect(times(3, () => addTo(store, "a"))).toEqual([0, 1, 2]);
});

test("1,000 jobs at once on one key: each sees the writes before it, and no write is lost", async () => {
  const { store, counted } = slowStore(memoryStore());
  expect(await Promise.all(times(1_000, () => addLater(store, "a")))).toEqual(
    times(1_000, (n) => n),
  );
  expect(counted).toMatchObject({ lost: 0 });
});

test("jobs at once on overlapping keys: none waits for ever, and all are written", async () => {
  const inner = memoryStore();
  const { store, counted } = slowStore(inner);
  const keys = ["a", "b", "c", "d", "e"];
  const pairs = keys.flatMap((one) => keys.filter((key) => key !== one).map((two) => [one, two]));
  await Promise.all(times(20, () => pairs.map((pair) => addLater(store, ...pair))).flat());
  expect(keys.map((key) => inner.get(key)?.value)).toEqual(keys.map(() => "160"));
  expect(counted.lost).toBe(0);
});

test("jobs on other keys don't wait", async () => {
  const inner = memoryStore();
  let free!: () => void;
  const gate = new Promise<void>((resolve) => (free = resolve));
  const store: Store = {
    ...slowStore(inner).store,
    get: async (key) => {
      if (key === "stuck") await gate;
      return inner.get(key);
    },
  };
  const stuck = addLater(store, "stuck");
  expect(await addLater(store, "a")).toBe(0);
  expect(inner.get("stuck")).toBe(undefined);
  free();
  expect(await stuck).toBe(0);
});

test("a write takes no more than 100 values", async () => {
  const inner = memoryStore();
  const { store } = slowStore(inner);
  const sizes: number[] = [];
  const noting: Store = {
    ...store,
    compareAndSet: (writes) => {
      sizes.push(writes.length);
      return store.compareAndSet(writes);
    },
  };
  await Promise.all(times(500, (index) => addLater(noting, "shared", `own ${index}`)));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  expect(inner.get("shared")?.value).toBe("500");
});

test("a change that throws fails alone", async () => {
  const { store } = slowStore(memoryStore());
  const broken = async () =>
    transact(store, ["a"], () => {
      throw new Error("not a number");
    });
  const ends = await Promise.allSettled([addLater(store, "a"), broken(), addLater(store, "a")]);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("jobs that wait for a failed write fail with it; later jobs ask again", async () => {
  const inner = memoryStore();
  const { store: slow, counted } = slowStore(inner);
  let isDown = true;
  const store: Store = {
    ...slow,
    compareAndSet: async (writes) => {
      const won = await slow.compareAndSet(writes);
      if (isDown) throw new Error("no answer");
      return won;
    },
  };
  const ends = await Promise.allSettled(times(500, () => addLater(store, "a")));
  expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(["rejected"]));
  expect(counted.writes).toBe(1);
  isDown = false;
  expect(await addLater(store, "a")).toBe(1);
});

/** Several processes at one store: each has a client of its own. */
function processes(count: number) {
  const inner = memoryStore();
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const clients = times(count, (index) => {
    const { store, counted } = slowStore(inner);
    turnsOf(store, { wait, random: () => (index + 1) / (count + 1) });
    return { store, counted };
  });
  return { inner, waits, clients };
}

describe("between processes", () => {
  test("all that is added arrives, and each makes way after each loss", async () => {
    const { inner, waits, clients } = processes(8);
    await Promise.all(clients.flatMap(({ store }) => times(250, () => addLater(store, "a"))));
    expect(inner.get("a")?.value).toBe("2000");
    const lost = clients.reduce((sum, { counted }) => sum + counted.lost, 0);
    expect(lost).toBeGreaterThan(0);
    expect(waits).toHaveLength(lost);
  });

  test("a writer that loses 5,000 times in a row does not give up", async () => {
    const inner = memoryStore();
    let others = 0;
    const busy: Store = {
      ...slowStore(inner).store,
      get: async (key) => inner.get(key),
      compareAndSet: async (writes) => {
        if (others < 5_000) void addTo(inner, "a");
        others += 1;
        return inner.compareAndSet(writes);
      },
    };
    turnsOf(busy, { wait: async () => {}, random: () => 0.5 });
    expect(await addLater(busy, "a")).toBe(5_000);
  });

  test.for(["at once", "later"] as const)(
    "a store that refuses without a change is broken: the error comes soon (it answers %s)",
    async (when) => {
      const inner = memoryStore();
      let writes = 0;
      const compareAndSet = () => {
        writes += 1;
        return when === "later" ? Promise.resolve(false) : false;
      };
      const store: Store = {
        ...slowStore(inner).store,
        get: (key) => inner.get(key),
        compareAndSet,
      };
      turnsOf(store, { wait: async () => {}, random: () => 0.5 });
      await expect(() => addLater(store, "a")).rejects.toThrow(/refuses/);
      expect(writes).toBe(20);
    },
  );

  test.for([
    // losses, chance, milliseconds
    [1, 0.5, 1],
    [4, 0.5, 8],
    [4, 0, 0],
    [7, 0.5, 64],
    [8, 0.5, 125],
    [1_000_000, 0.5, 125],
  ] as const)("after %d losses in a row, with a chance of %d: %d ms", ([losses, chance, ms]) => {
    expect(backOffMs(losses, () => chance)).toBe(ms);
  });
});
