import type { Kept } from "./figures.ts";

/** A value in memory, when it expires, and from when on the store may forget it. */
interface Entry {
  readonly value: Kept;
  readonly version: number;
  readonly expiresAt: number;
  readonly neededUntil: number;
}

/** The values of one kind of key. If room is needed, it forgets values that are not needed any more. */
export class Shelf {
  readonly #entries = new Map<string, Entry>();
  readonly #kind: string;
  readonly #max: number;
  /** Until this moment all values are needed. */
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
    this.#soonest = Math.min(this.#soonest, entry.neededUntil);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** The keys that have not expired. */
  keys(now: number): readonly string[] {
    return [...this.#entries].flatMap(([key, { expiresAt }]) => (expiresAt > now ? [key] : []));
  }

  /**
   * Makes room for `count` more values.
   *
   * @throws if too many of its values are needed
   */
  makeRoom(more: number, now: number): void {
    if (more <= 0 || this.#entries.size + more <= this.#max) return;
    this.#dropUnneeded(now);
    if (this.#entries.size + more <= this.#max) return;
    throw new Error(
      `the memory store is full: it holds ${this.#max} values under "${this.#kind}" that guard still needs. Raise maxKeys`,
    );
  }

  #dropUnneeded(now: number): void {
    if (this.#soonest > now) return;
    this.#soonest = Infinity;
    for (const [key, { neededUntil }] of this.#entries) {
      if (neededUntil <= now) this.#entries.delete(key);
      else this.#soonest = Math.min(this.#soonest, neededUntil);
    }
  }
}
