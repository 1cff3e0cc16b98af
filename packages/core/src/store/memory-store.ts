import { systemClock, type Clock } from "../ports/clock.ts";
import type { Store, Versioned, Write } from "../ports/store.ts";
import { Shelf } from "./shelf.ts";

/** A store whose every answer is there at once. */
export interface MemoryStore extends Store {
  get(key: string): Versioned | undefined;
  compareAndSet(writes: readonly Write[]): boolean;
  list(prefix: string): readonly string[];
  close(): void;
}

/**
 * The default store: this process's memory. Holds at most `maxKeys` values (100,000) of each kind, which
 * is what stands before the first `:` of a key: accounts, circuits, and what is held for open calls
 * never take each other's room. It forgets what has expired and nothing else: where a kind is full of live
 * values, `compareAndSet` throws rather than add another, and what is there can still be changed.
 *
 * @example
 * const registry = createRegistry({ store: memoryStore({ maxKeys: 1_000_000 }), limits });
 */
export function memoryStore(
  options: { readonly clock?: Clock; readonly maxKeys?: number } = {},
): MemoryStore {
  const { clock = systemClock, maxKeys = 100_000 } = options;
  const shelves = new Map<string, Shelf>();
  let version = 0;

  function shelfOf(key: string): Shelf {
    const kind = kindOf(key);
    const shelf = shelves.get(kind) ?? new Shelf(maxKeys);
    shelves.set(kind, shelf);
    return shelf;
  }

  function checkRoom(writes: readonly Write[], now: number): void {
    const more = new Map<string, number>();
    for (const { key, expiresAt } of writes) {
      const change = Number(expiresAt > now) - Number(shelfOf(key).get(key, now) !== undefined);
      more.set(kindOf(key), (more.get(kindOf(key)) ?? 0) + change);
    }
    for (const [kind, count] of more) {
      if (count <= 0 || shelves.get(kind)!.hasRoomFor(count, now)) continue;
      throw new Error(
        `the memory store is full: it holds ${maxKeys} live values under "${kind}" and forgets none of them. Raise maxKeys`,
      );
    }
  }

  function compareAndSet(writes: readonly Write[]): boolean {
    const now = clock();
    if (writes.some(({ key, expected }) => shelfOf(key).get(key, now)?.version !== expected)) {
      return false;
    }
    checkRoom(writes, now);
    for (const { key, value, expiresAt } of writes) {
      version += 1;
      if (expiresAt > now) shelfOf(key).set(key, { value, version, expiresAt });
      else shelfOf(key).delete(key);
    }
    return true;
  }

  return {
    get(key) {
      const found = shelfOf(key).get(key, clock());
      return found && { value: found.value, version: found.version };
    },
    compareAndSet,
    list(prefix) {
      const now = clock();
      return [...shelves.values()].flatMap((shelf) =>
        shelf.keys(now).filter((key) => key.startsWith(prefix)),
      );
    },
    close: () => shelves.clear(),
  };
}

const kindOf = (key: string): string => key.slice(0, key.indexOf(":") + 1);
