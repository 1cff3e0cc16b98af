import { systemClock, type Clock } from "../ports/clock.ts";
import type { Figures, Store, StorePosting, Versioned, Write } from "../ports/store.ts";
import { added, keepsTo, readFigures, textOf, type Kept } from "./figures.ts";
import { Shelf } from "./shelf.ts";

/** A store in memory. It answers at once. */
export interface MemoryStore extends Store {
  get(key: string): Versioned | undefined;
  compareAndSet(writes: readonly Write[]): boolean;
  post(postings: readonly StorePosting[]): ReadonlyMap<string, Figures> | undefined;
  list(prefix: string): readonly string[];
  close(): void;
}

interface MemoryWrite extends Pick<Write, "key" | "expiresAt" | "neededUntil"> {
  readonly value: Kept;
}

/**
 * The default store: the memory of this process. It holds at most `maxKeys` values (default: 100,000) of each kind: accounts,
 * circuits, and figures held for open calls. If a kind is full of values that guard still needs, `compareAndSet` throws for
 * a new value.
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
    const kind = key.slice(0, key.indexOf(":") + 1);
    let shelf = shelves.get(kind);
    if (shelf === undefined) shelves.set(kind, (shelf = new Shelf(kind, maxKeys)));
    return shelf;
  }

  /** Writes all values, or throws if there is no room. All keys are different. */
  function writeAll(writes: readonly MemoryWrite[], now: number): void {
    const more = new Map<Shelf, number>();
    for (const { key, expiresAt } of writes) {
      const shelf = shelfOf(key);
      const change = Number(expiresAt > now) - Number(shelf.get(key, now) !== undefined);
      if (change !== 0) more.set(shelf, (more.get(shelf) ?? 0) + change);
    }
    for (const [shelf, count] of more) shelf.makeRoom(count, now);
    for (const { key, value, expiresAt, neededUntil = expiresAt } of writes) {
      version += 1;
      if (expiresAt > now) shelfOf(key).set(key, { value, version, expiresAt, neededUntil });
      else shelfOf(key).delete(key);
    }
  }

  function compareAndSet(writes: readonly Write[]): boolean {
    const now = clock();
    if (writes.some(({ key, expected }) => shelfOf(key).get(key, now)?.version !== expected)) {
      return false;
    }
    writeAll(writes, now);
    return true;
  }

  function post(postings: readonly StorePosting[]): ReadonlyMap<string, Figures> | undefined {
    const now = clock();
    const after = new Map<string, Figures>();
    const last = new Map<string, StorePosting>();
    for (const posting of postings) {
      const { key } = posting;
      const before = after.get(key) ?? readFigures(shelfOf(key).get(key, now)?.value);
      const figures = added(before, posting);
      if (!keepsTo(figures, posting)) return undefined;
      after.set(key, posting.expiresAt > now ? figures : {});
      last.set(key, posting);
    }
    const writes = [...last.values()].map((posting) => ({
      ...posting,
      value: after.get(posting.key)!,
    }));
    writeAll(writes, now);
    return after;
  }

  return {
    get(key) {
      const found = shelfOf(key).get(key, clock());
      return found && { value: textOf(found.value), version: found.version };
    },
    compareAndSet,
    post,
    list(prefix) {
      const now = clock();
      return [...shelves.values()].flatMap((shelf) =>
        shelf.keys(now).filter((key) => key.startsWith(prefix)),
      );
    },
    close: () => shelves.clear(),
  };
}
