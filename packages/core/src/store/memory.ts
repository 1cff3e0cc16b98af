import { systemClock, type Clock } from "../ports/clock.ts";
import type { Store, Versioned } from "../ports/store.ts";

/** A store whose every answer is there at once. */
export interface MemoryStore extends Store {
  get(key: string): Versioned | undefined;
  compareAndSet(
    key: string,
    expected: number | undefined,
    value: string,
    expiresAt: number,
  ): boolean;
  list(prefix: string): readonly string[];
  close(): void;
}

/**
 * The default store: this process's memory. Holds at most `maxKeys` values (10,000); beyond that the
 * one written longest ago goes.
 */
export function memoryStore(
  options: { readonly clock?: Clock; readonly maxKeys?: number } = {},
): MemoryStore {
  const { clock = systemClock, maxKeys = 10_000 } = options;
  const entries = new Map<string, Versioned & { readonly expiresAt: number }>();
  let version = 0;

  function live(key: string): Versioned | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt > clock()) return { value: entry.value, version: entry.version };
    entries.delete(key);
    return undefined;
  }

  return {
    get: live,
    compareAndSet(key, expected, value, expiresAt) {
      if (live(key)?.version !== expected) return false;
      entries.delete(key);
      if (expiresAt <= clock()) return true;
      version += 1;
      entries.set(key, { value, version, expiresAt });
      if (entries.size > maxKeys) {
        for (const oldest of entries.keys()) {
          entries.delete(oldest);
          break;
        }
      }
      return true;
    },
    list: (prefix) =>
      [...entries.keys()].filter((key) => key.startsWith(prefix) && live(key) !== undefined),
    close: () => entries.clear(),
  };
}
