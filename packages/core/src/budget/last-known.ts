import { setBounded } from "../collections/bounded-map.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store, Versioned, Write } from "../ports/store.ts";
import { textOf, type Kept } from "../store/figures.ts";

/**
 * Values of each kind (accounts, open calls) that are remembered while the store answers; those seen longest ago go
 * first.
 */
const maxKnown = 100_000;

interface Known {
  readonly value: Kept;
  readonly version: number;
  readonly expiresAt: number;
}

/**
 * What this process has last seen in a store: it stands for the store while that fails. What is written here then
 * stays until the store is told of it.
 */
export class LastKnown implements Store {
  readonly #kinds = new Map<string, Map<string, Known>>();
  readonly #clock: Clock;
  #version = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The store has this value now, or none. Of one that was only read the end is not known. */
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

  /** The values of a key's kind, which is what stands before its first `:`. */
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
