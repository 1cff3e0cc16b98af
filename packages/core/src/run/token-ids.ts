import type { Random } from "../ports/random.ts";
import type { RunState } from "./state.ts";

/**
 * The ids of one breaker's tokens: a prefix and a number. No other breaker has the same prefix, also not one that goes
 * on from the same snapshot. Pending calls of a snapshot keep their ids.
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

  /** The id of the breaker's token with this number, which goes on from a snapshot. */
  at(number: number): string {
    return this.#prefix + String(number);
  }

  /** Whether this breaker, or its snapshot, has made a token with this id. */
  has(id: string): boolean {
    if (this.#pendingBefore.has(id)) return true;
    const number = Number(id.slice(this.#prefix.length));
    return id === this.at(number) && number > 0 && number <= this.#state.tokens;
  }
}
