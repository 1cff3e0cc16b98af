import type { Versioned } from "../ports/store.ts";

/** A value in memory, and when it is gone. */
export interface Entry extends Versioned {
  readonly expiresAt: number;
}

/** The values of one kind of key. What has expired goes at once where it is asked for, else when room is needed. */
export class Shelf {
  readonly #entries = new Map<string, Entry>();
  readonly #kind: string;
  readonly #max: number;
  /** Before this moment none of them expires. */
  #soonest = Infinity;

  constructor(kind: string, max: number) {
    this.#kind = kind;
    this.#max = max;
  }

  get(key: string, now: number): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresAt > now) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    this.#soonest = Math.min(this.#soonest, entry.expiresAt);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** The keys that have not expired. */
  keys(now: number): readonly string[] {
    this.#dropExpired(now);
    return [...this.#entries.keys()];
  }

  /**
   * Makes room for so many more values.
   *
   * @throws where too many of those that it has are alive
   */
  makeRoom(more: number, now: number): void {
    if (more <= 0 || this.#entries.size + more <= this.#max) return;
    this.#dropExpired(now);
    if (this.#entries.size + more <= this.#max) return;
    throw new Error(
      `the memory store is full: it holds ${this.#max} live values under "${this.#kind}" and forgets none of them. Raise maxKeys`,
    );
  }

  #dropExpired(now: number): void {
    if (this.#soonest > now) return;
    this.#soonest = Infinity;
    for (const [key, { expiresAt }] of this.#entries) {
      if (expiresAt <= now) this.#entries.delete(key);
      else this.#soonest = Math.min(this.#soonest, expiresAt);
    }
  }
}
