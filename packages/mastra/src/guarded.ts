import { OptionsError } from "@guard/core";
import type { Runs } from "@guard/core/adapter";

/** The runs that a guarded object begins. `undefined`: it only takes part in the runs of others. */
export interface Owner {
  runs: Runs | undefined;
}

/** The objects that guard has guarded: it replaces their methods once. */
export class Guarded {
  readonly #owners = new WeakMap<object, Owner>();

  /**
   * Adds an object. Returns its owner the first time, and `undefined` if the object is guarded already.
   *
   * @throws {OptionsError} if another source guards the object
   */
  add(object: object, runs: Runs | undefined): Owner | undefined {
    const known = this.#owners.get(object);
    if (known === undefined) {
      const owner = { runs };
      this.#owners.set(object, owner);
      return owner;
    }
    if (runs !== undefined && known.runs !== undefined && known.runs !== runs) {
      throw new OptionsError([
        "source: expected the registry that guards this already, received another one. " +
          "Create one registry for all agents, workflows and steps, outside of the function that calls guard",
      ]);
    }
    known.runs ??= runs;
    return undefined;
  }
}
