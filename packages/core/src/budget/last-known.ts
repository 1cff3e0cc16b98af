import { setBounded } from "../collections/bounded-map.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store, Versioned, Write } from "../ports/store.ts";
import { textOf, type Kept } from "../store/figures.ts";

/**
 * How many values of each kind (accounts, open calls) guard remembers while the store answers. It forgets the oldest.
 */
const maxKnown = 100_000;

interface Known {
  readonly value: Kept;
  readonly version: number;
  readonly expiresAt: number;
}

/**
 * What this process has last seen in a store. It replaces the store while the store fails. Changes from then stay until
 * the store has them.
 */
export class LastKnown implements Store {
  readonly #kinds = new Map<string, Map<string, Known>>();
  readonly #clock: Clock;
  #version = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The store has this value now, or none. The expiry of a value that was only read is unknown. */
  see(key: string, value: Kept | undefined, expiresAt: number = Number.POSITIVE_INFINITY): void {
    const values = this.#valuesLike(key);
    if (value === undefined || expiresAt <= this.#clock()) values.delete(key);
    else setBounded(values, key, this.#known(value, expiresAt), maxKnown);
  }

  get(key: string): Versioned | undefined {
    const values = this.#valuesLike(key);
    const known = values.get(key);
    if (known === undefined) return undefined;
    const { value, version, expiresAt } = known;
    if (expiresAt > this.#clock()) return { value: textOf(value), version };
    values.delete(key);
    return undefined;
  }

  compareAndSet(writes: readonly Write[]): boolean {
    if (writes.some(({ key, expected }) => this.get(key)?.version !== expected)) return false;
    for (const { key, value, expiresAt } of writes) {
      if (expiresAt <= this.#clock()) this.#valuesLike(key).delete(key);
      else this.#valuesLike(key).set(key, this.#known(value, expiresAt));
    }
    return true;
  }

  list(prefix: string): readonly string[] {
    const keys = [...this.#kinds.values()].flatMap((values) => [...values.keys()]);
    return keys.filter((key) => key.startsWith(prefix));
  }

  close(): void {
    this.#kinds.clear();
  }

  /** The values of a key's kind: the part before its first `:`. */
  #valuesLike(key: string): Map<string, Known> {
    const kind = key.slice(0, key.indexOf(":"));
    let values = this.#kinds.get(kind);
    if (values === undefined) this.#kinds.set(kind, (values = new Map()));
    return values;
  }

  #known(value: Kept, expiresAt: number): Known {
    this.#version += 1;
    return { value, version: this.#version, expiresAt };
  }
}
