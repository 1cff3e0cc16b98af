import type { Random } from "../ports/random.ts";
import type { RunState } from "./state.ts";

/**
 * The ids of one breaker's tokens: a number behind a prefix that no other breaker has, not even one that goes
 * on from the same snapshot. What was pending in the snapshot keeps its ids.
 */
export class TokenIds {
  readonly #state: RunState;
  readonly #prefix: string;
  readonly #pendingBefore: ReadonlySet<string>;

  constructor(state: RunState, random: Random) {
    this.#state = state;
    this.#prefix = `${random().toString(36).slice(2, 10)}-`;
    this.#pendingBefore = new Set(state.pending.keys());
  }

  /** The id of the token that is the breaker's `number`th, snapshots included. */
  at(number: number): string {
    return this.#prefix + String(number);
  }

  /** Whether this breaker has given a token with this id, or was told of it by its snapshot. */
  has(id: string): boolean {
    if (this.#pendingBefore.has(id)) return true;
    const number = Number(id.slice(this.#prefix.length));
    return id === this.at(number) && number > 0 && number <= this.#state.tokens;
  }
}
