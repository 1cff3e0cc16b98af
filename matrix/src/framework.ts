import type { Combination } from "./combination.ts";
import type { Scene } from "./scene.ts";

/** How combinations are played in one framework. */
export interface Framework {
  /** Why the framework lacks this combination; `undefined` if it has it. */
  readonly missing: (combination: Combination) => string | undefined;
  /**
   * Runs an agent to its end. Returns where the trip did not reach the caller in the form that the exit
   * promises: nothing, if all is well.
   */
  readonly play: (scene: Scene) => Promise<readonly string[]>;
}
