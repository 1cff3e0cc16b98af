import type { Store } from "../../src/ports/store.ts";
import type { MemoryStore } from "../../src/store/memory-store.ts";

const trip = () => new Promise<void>((resolve) => setImmediate(resolve));

/** How a store changes accounts: in one step of its own, or read, added and compared by guard. */
export const ways = ["posts", "compares and sets"] as const;
export type Way = (typeof ways)[number];

/** The same store, where guard has to read, add and compare. */
export const withoutPost = (store: Store): Store => ({
  get: (key) => store.get(key),
  compareAndSet: (writes) => store.compareAndSet(writes),
  list: (prefix) => store.list(prefix),
  close: () => store.close(),
});

/** A memory store behind a network: each operation takes its turn, and is counted. */
export function slowStore(
  inner: MemoryStore,
  way: Way = "compares and sets",
): { store: Store; counted: Counted } {
  const counted = { reads: 0, writes: 0, lost: 0 };
  const store: Store = {
    get: async (key) => {
      counted.reads += 1;
      await trip();
      return inner.get(key);
    },
    compareAndSet: async (writes) => {
      counted.writes += 1;
      await trip();
      const won = inner.compareAndSet(writes);
      if (!won) counted.lost += 1;
      return won;
    },
    list: async (prefix) => inner.list(prefix),
    close: () => {},
  };
  const post: Store["post"] = async (postings) => {
    counted.writes += 1;
    await trip();
    const figures = inner.post(postings);
    if (figures === undefined) counted.lost += 1;
    return figures;
  };
  return { store: way === "posts" ? { ...store, post } : store, counted };
}

export interface Counted {
  readonly reads: number;
  readonly writes: number;
  readonly lost: number;
}
