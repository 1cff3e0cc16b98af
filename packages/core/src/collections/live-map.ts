/**
 * Live entries by key, and the latest ended ones. It never drops a live entry, and keeps at least the newest `kept`
 * (10,000) ended entries, so that late calls still find theirs.
 */
export class LiveMap<V, K = string> {
  readonly #live = new Map<K, V>();
  // Two generations: deleting the oldest key of a map costs more the larger the map is.
  #ended = new Map<K, V>();
  #endedBefore = new Map<K, V>();
  readonly #kept: number;

  constructor(kept = 10_000) {
    this.#kept = kept;
  }

  get(key: K): V | undefined {
    return this.#live.get(key) ?? this.#ended.get(key) ?? this.#endedBefore.get(key);
  }

  /** All live entries. */
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
   * Ends entries that are over without a report of their end. Each call looks at the next eight entries, so it is
   * enough to call it for each new entry.
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
