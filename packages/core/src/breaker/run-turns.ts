import { beginTurn } from "../run/begin-turn.ts";
import type { Circuit } from "../run/circuit.ts";
import { leftOf, noTurn, withEffectsOf, type Turn } from "../run/turn.ts";
import { setTurn } from "../run/write-state.ts";

/** The turns of the root runs of a breaker, by the name of the root. */
export class RunTurns {
  readonly #circuit: Circuit;

  constructor(circuit: Circuit) {
    this.#circuit = circuit;
  }

  /**
   * Begins the turn of a run, unless the run goes on with a turn without a final answer. guard remembers what such a
   * turn has done in the world. Returns whether a turn begins.
   */
  begin(root: string, goesOn: boolean, text: string): boolean {
    const { state, settings } = this.#circuit;
    if (goesOn && state.turns.get(root)?.isFinal !== true) return false;
    beginTurn(state, root, text, settings.clock(), true);
    return true;
  }

  /** What a run leaves to the next run of its thread. */
  left(root: string): Turn {
    return leftOf(this.#circuit.state.turns.get(root) ?? noTurn());
  }

  /** Takes over what an earlier run has left. */
  take(root: string, left: Turn, isRewound: boolean): void {
    const { state } = this.#circuit;
    const own = state.turns.get(root);
    if (isRewound) setTurn(state, root, withEffectsOf(own ?? noTurn(), left));
    else if (own === undefined || own.at < left.at) setTurn(state, root, left);
  }
}
