import { setBounded } from "./bounded-map.ts";

/**
 * Values by key. It finds a value as long as anything uses it, and keeps the latest `maxIdle` values that nothing uses
 * any more.
 */
export class KeptMap<V extends object> {
  readonly #recent = new Map<string, V>();
  readonly #known = new Map<string, WeakRef<V>>();
  readonly #collected = new FinalizationRegistry<string>((key) => {
    if (this.#known.get(key)?.deref() === undefined) this.#known.delete(key);
  });
  readonly #maxIdle: number;

  constructor(maxIdle: number) {
    this.#maxIdle = maxIdle;
  }

  /** The value under a key, if there is one. */
  find(key: string): V | undefined {
    return this.#known.get(key)?.deref();
  }

  /** The value under a key; `make` makes a missing one. */
  get(key: string, make: () => V): V {
    const known = this.#known.get(key)?.deref();
    const value = known ?? make();
    if (known === undefined) {
      this.#known.set(key, new WeakRef(value));
      this.#collected.register(value, key);
    }
    setBounded(this.#recent, key, value, this.#maxIdle);
    return value;
  }
}
