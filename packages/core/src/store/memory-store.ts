import { systemClock, type Clock } from "../ports/clock.ts";
import type { Store, Versioned, Write } from "../ports/store.ts";

/** A store whose every answer is there at once. */
export interface MemoryStore extends Store {
  get(key: string): Versioned | undefined;
  compareAndSet(writes: readonly Write[]): boolean;
  list(prefix: string): readonly string[];
  close(): void;
}

/**
 * The default store: this process's memory. Holds at most `maxKeys` values (100,000); beyond that the
 * one written longest ago goes: give it room for all accounts that are in use.
 */
export function memoryStore(
  options: { readonly clock?: Clock; readonly maxKeys?: number } = {},
): MemoryStore {
  const { clock = systemClock, maxKeys = 100_000 } = options;
  const entries = new Map<string, Versioned & { readonly expiresAt: number }>();
  let version = 0;

  function live(key: string): Versioned | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt > clock()) return { value: entry.value, version: entry.version };
    entries.delete(key);
    return undefined;
  }

  function write({ key, value, expiresAt }: Write): void {
    entries.delete(key);
    if (expiresAt <= clock()) return;
    version += 1;
    entries.set(key, { value, version, expiresAt });
    if (entries.size > maxKeys) {
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    }
  }

  function compareAndSet(writes: readonly Write[]): boolean {
    if (writes.some(({ key, expected }) => live(key)?.version !== expected)) return false;
    for (const one of writes) write(one);
    return true;
  }

  return {
    get: live,
    compareAndSet,
    list: (prefix) =>
      [...entries.keys()].filter((key) => key.startsWith(prefix) && live(key) !== undefined),
    close: () => entries.clear(),
  };
}
