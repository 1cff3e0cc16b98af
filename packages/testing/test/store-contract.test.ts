import { memoryStore, type MemoryStore, type Store, type StorePosting } from "@guard/core";
import { describe, expect, test } from "vitest";
import { storeContract } from "../src/index.ts";
import { withoutPost } from "../src/store-accounts.ts";
import { failuresOf } from "./support/collect.ts";

const runner = { describe, test, expect };

storeContract(runner, "memory", (clock) => memoryStore({ clock }), { posts: true });
storeContract(runner, "memory by the wall clock", () => memoryStore(), {
  ownTime: true,
  posts: true,
});
storeContract(runner, "memory that only compares and sets", (clock) =>
  withoutPost(memoryStore({ clock })),
);

/** A right store with these methods changed. */
const spoilt = (change: (store: MemoryStore) => Partial<Store>) => (clock: () => number) => {
  const store = memoryStore({ clock });
  return { ...store, ...change(store) };
};

/** A right store with its `post` changed. */
const posting = (spoil: (posting: StorePosting) => StorePosting) =>
  spoilt((store) => ({ post: (postings) => store.post(postings.map(spoil)) }));

const faults = {
  "lets the last writer win": {
    make: spoilt((store) => ({
      compareAndSet: (writes) => {
        const known = writes.map(({ key }) => store.get(key));
        return store.compareAndSet(
          writes.map((write, index) => ({ ...write, expected: known[index]?.version })),
        );
      },
    })),
    found: "the first writer of a key wins, the second does not",
  },
  "writes one after the other": {
    make: spoilt((store) => ({
      compareAndSet: (writes) => writes.map((write) => store.compareAndSet([write])).every(Boolean),
    })),
    found: "writes several values or none",
  },
  "does not look at limits": {
    make: posting((one) => ({ ...one, max: [] })),
    found: "lets a sum reach its limit, but not pass it",
  },
  "posts one after the other": {
    make: spoilt((store) => ({
      post: (postings) => {
        const all = postings.map((one) => store.post([one]));
        return all.includes(undefined) ? undefined : new Map(all.flatMap((one) => [...one!]));
      },
    })),
    found: "posts all or none, also to the same key",
  },
  "reads, then posts": {
    make: spoilt((store) => ({
      post: async (postings) => {
        const isRoom = postings.every(({ key, add, max = [] }) => {
          const known = JSON.parse(store.get(key)?.value ?? "{}") as Record<string, number>;
          return max.every(
            ({ sumOf, atMost }) =>
              sumOf.reduce((sum, name) => sum + (known[name] ?? 0) + (add[name] ?? 0), 0) <= atMost,
          );
        });
        await Promise.resolve();
        return isRoom ? store.post(postings.map((one) => ({ ...one, max: [] }))) : undefined;
      },
    })),
    found: "of many who post at once, as many pass as there is room for",
  },
  "drops nothing": {
    make: posting((one) => ({ ...one, drop: [] })),
    found: "removes a figure that becomes 0, and a dropped figure",
  },
  "never removes expired values": {
    make: () => memoryStore({ clock: () => 0 }),
    found: "a value is gone from its expiry on, not before",
  },
  "drops values past neededUntil at once": {
    make: spoilt((store) => ({
      compareAndSet: (writes) =>
        store.compareAndSet(
          writes.map((write) => ({ ...write, expiresAt: write.neededUntil ?? write.expiresAt })),
        ),
    })),
    found: "keeps a value past neededUntil while it has room",
  },
  "reads a prefix as a pattern": {
    make: spoilt((store) => ({
      list: (prefix) => {
        const pattern = new RegExp(`^${prefix.replaceAll("_", ".").replaceAll("%", ".*")}`);
        return store.list("").filter((key) => pattern.test(key));
      },
    })),
    found: "lists the keys with a prefix, and reads no wildcards",
  },
} as const;

describe("finds a store that", () => {
  test.for(Object.entries(faults))("%s", async ([name, { make, found }]) => {
    const failed = await failuresOf((collect) =>
      storeContract(collect, name, make, { posts: true }),
    );
    expect(failed).toContain(found);
  });
});
