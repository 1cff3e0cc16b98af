import type { OutcomeFingerprint } from "../signature/outcome.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { SignedCall } from "./signed-call.ts";

/** A call that was let through, and what guard knew about it then. */
export interface StartedCall extends SignedCall {
  /** It looks whether something has changed: see `looks.ts`. */
  readonly isLook: boolean;
}

/** A call with what came back. */
export interface SettledCall extends StartedCall, OutcomeFingerprint {
  /** Guard did not see the outcome: it counts half. */
  readonly unseen: boolean;
  /**
   * Whether a repeat counts. It does not where guard only observes and would have refused the call, nor where the
   * call had been counted as unseen before it came back late. News counts all the same, but for a failure of a
   * refused call that ran.
   */
  readonly counts: boolean;
  /** What the call has cost, with its share of the answer that asked for it. */
  readonly spent: Amounts;
}

/**
 * What an outcome brings. `new`: its signature is new, or has not had it in this turn; `masked`: a success equal to
 * an earlier one but for what is volatile; `same`: exactly an earlier one, or the same failure; `old`: an earlier
 * instance of the agent has had it.
 */
export type Novelty = "new" | "masked" | "same" | "old";

/** A call of a finished round, held against what the lane knew before. */
export interface FinishedCall extends SettledCall {
  readonly novelty: Novelty;
  /** The signature had not been asked for in this turn. */
  readonly isFirst: boolean;
}
