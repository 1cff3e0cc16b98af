import type { Combination } from "./combination.ts";
import type { Scene } from "./scene.ts";

/** How combinations are played in one framework. */
export interface Framework {
  /** Why there is no such combination; `undefined` where there is one. */
  readonly missing: (combination: Combination) => string | undefined;
  /**
   * Runs an agent to its end. What is returned says where the trip did not reach whoever ran it in the form
   * that the exit promises: nothing, if all is well.
   */
  readonly play: (scene: Scene) => Promise<readonly string[]>;
}
