import { memoryStore, type Store } from "@guard/core";
import { describe, expect, test } from "vitest";
import { storeContract } from "../src/index.ts";
import { failuresOf } from "./support/collect.ts";

const runner = { describe, test, expect };

storeContract(runner, "memory", (clock) => memoryStore({ clock }));
storeContract(runner, "memory by the wall clock", () => memoryStore(), { ownTime: true });

/** A store that is right but for these methods. */
const spoilt = (change: (store: Store) => Partial<Store>) => (clock: () => number) => {
  const store = memoryStore({ clock });
  const whole: Store = {
    get: (key) => store.get(key),
    compareAndSet: (writes) => store.compareAndSet(writes),
    list: (prefix) => store.list(prefix),
    close: () => store.close(),
  };
  return { ...whole, ...change(whole) };
};

const faults = {
  "lets the last writer win": {
    make: spoilt((store) => ({
      compareAndSet: async (writes) => {
        const known = await Promise.all(writes.map(async ({ key }) => store.get(key)));
        return store.compareAndSet(
          writes.map((write, index) => ({ ...write, expected: known[index]?.version })),
        );
      },
    })),
    found: "the first writer of a key wins, the second does not",
  },
  "writes one after the other": {
    make: spoilt((store) => ({
      compareAndSet: async (writes) => {
        const won: boolean[] = [];
        for (const write of writes) won.push(await store.compareAndSet([write]));
        return won.every(Boolean);
      },
    })),
    found: "writes several values or none",
  },
  "never lets go": {
    make: () => memoryStore({ clock: () => 0 }),
    found: "a value is gone from its expiry on, not before",
  },
  "takes what is not needed any more for expired": {
    make: spoilt((store) => ({
      compareAndSet: (writes) =>
        store.compareAndSet(
          writes.map((write) => ({ ...write, expiresAt: write.neededUntil ?? write.expiresAt })),
        ),
    })),
    found: "keeps what is not needed any more while it has room",
  },
  "takes a prefix for a pattern": {
    make: spoilt((store) => ({
      list: async (prefix) => {
        const pattern = new RegExp(`^${prefix.replaceAll("_", ".").replaceAll("%", ".*")}`);
        return (await store.list("")).filter((key) => pattern.test(key));
      },
    })),
    found: "lists the keys that begin with a text, wildcards included",
  },
} as const;

describe("finds a store that", () => {
  test.for(Object.entries(faults))("%s", async ([name, { make, found }]) => {
    const failed = await failuresOf((collect) => storeContract(collect, name, make));
    expect(failed).toContain(found);
  });
});
