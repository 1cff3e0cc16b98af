/**
 * What is alive by its key, and the latest of what has ended. What is alive is never dropped; of what has
 * ended at least the newest `kept` (10,000) are found, so that a late word about it finds it.
 */
export class LiveMap<V, K = string> {
  readonly #live = new Map<K, V>();
  // Two generations: to delete the oldest key of a large map costs more the larger it is.
  #ended = new Map<K, V>();
  #endedBefore = new Map<K, V>();
  readonly #kept: number;

  constructor(kept = 10_000) {
    this.#kept = kept;
  }

  get(key: K): V | undefined {
    return this.#live.get(key) ?? this.#ended.get(key) ?? this.#endedBefore.get(key);
  }

  /** All that is alive. */
  values(): Iterable<V> {
    return this.#live.values();
  }

  begin(key: K, value: V): void {
    this.#live.set(key, value);
  }

  end(key: K): void {
    const value = this.#live.get(key);
    if (value === undefined) return;
    this.#live.delete(key);
    if (this.#kept === 0) return;
    if (this.#ended.size >= this.#kept) {
      this.#endedBefore = this.#ended;
      this.#ended = new Map();
    }
    this.#ended.set(key, value);
  }

  /**
   * Ends what is over although nothing has told of its end. Each call looks at the eight entries that it has not
   * looked at for longest, so to call it at each beginning is enough.
   */
  sweep(isOver: (value: V) => boolean): void {
    for (let looks = Math.min(8, this.#live.size); looks > 0; looks -= 1) {
      const [[key, value]] = this.#live as unknown as [[K, V]];
      this.#live.delete(key);
      this.#live.set(key, value);
      if (isOver(value)) this.end(key);
    }
  }
}
