import type { AdmitOptions } from "./lane.ts";

/** How an adapter asks for a round. */
export interface ProbeOptions extends AdmitOptions {
  /**
   * Whether these calls may probe. Default: `true`. A run that began before a trip never probes after it: guard refuses
   * its calls until the circuit has closed, except granted ones.
   */
  readonly mayProbe?: boolean | undefined;
  /**
   * Whether the adapter emits the `block` events itself, when it knows whether the call runs all the same. Default:
   * `false`.
   */
  readonly tellsBlocks?: boolean | undefined;
}
