import type { AdmitOptions } from "./lane.ts";

/** How an adapter asks for a round. */
export interface ProbeOptions extends AdmitOptions {
  /**
   * Whether these calls may try out if a loop is over. Default: `true`. What began before a trip never probes
   * after it: its calls are refused until the circuit has closed, but for those that were granted.
   */
  readonly mayProbe?: boolean | undefined;
  /**
   * Whether the adapter tells itself that a call was refused, once it is known whether the call runs all the same.
   * Default: `false`.
   */
  readonly tellsBlocks?: boolean | undefined;
}
