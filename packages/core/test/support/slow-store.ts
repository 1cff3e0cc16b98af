import type { Store } from "../../src/ports/store.ts";
import type { MemoryStore } from "../../src/store/memory-store.ts";

const trip = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A memory store behind a network: each operation takes its turn, and is counted. */
export function slowStore(inner: MemoryStore): { store: Store; counted: Counted } {
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
  return { store, counted };
}

export interface Counted {
  readonly reads: number;
  readonly writes: number;
  readonly lost: number;
}
