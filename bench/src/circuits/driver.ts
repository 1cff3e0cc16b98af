import type { Rule } from "./scenario.ts";

/**
 * What the caller of a call gets: the function's result, the function's own error, a refusal, or another error. With `crash`
 * the process ends.
 */
export type Answer = "result" | "own error" | "refused" | "other error" | "no answer" | "crash";

/** A circuit breaker of one library, as the scenarios use it. */
export interface Driver {
  readonly state: string;
  call(fn: () => Promise<string>): Promise<string>;
  isRefusal(error: unknown): boolean;
  /** Adds a listener of every event that tells how calls went, or that the circuit moved. */
  onEvents(listener: () => void): void;
  hold(): unknown;
  free(): unknown;
  /** The same circuit in another process, which starts with the state that this one has saved. */
  restarted(): Driver;
}

export type MakeDriver = (rule: Rule) => Driver;

/** How long each library's break lasts. */
export const breakMs = 60_000;
