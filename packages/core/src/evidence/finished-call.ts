import type { OutcomeFingerprint } from "../signature/outcome.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { SignedCall } from "./signed-call.ts";

/** A call that passed, and what guard knew about it then. */
export interface StartedCall extends SignedCall {
  /** Whether the call is a look: see `looks.ts`. */
  readonly isLook: boolean;
}

/** A call with its outcome. */
export interface SettledCall extends StartedCall, OutcomeFingerprint {
  /** Guard did not see the outcome: it counts half. */
  readonly unseen: boolean;
  /**
   * Whether a repeat counts. It does not if guard only observes and would have refused the call, or if the call came
   * back late and was counted as unknown before. News counts in both cases, except a failure of a refused call that
   * ran.
   */
  readonly counts: boolean;
  /** What the call has cost, with its share of the answer that asked for it. */
  readonly spent: Amounts;
}

/**
 * What an outcome brings. `new`: the signature is new, or has not had this outcome in this turn; `masked`: a success
 * that equals an earlier one after masking; `same`: exactly an earlier outcome, or the same failure; `old`: an earlier
 * instance of the agent has had it.
 */
export type Novelty = "new" | "masked" | "same" | "old";

/** A call of a finished round, compared with what the lane knew before. */
export interface FinishedCall extends SettledCall {
  readonly novelty: Novelty;
  /** Whether the signature is new in this turn. */
  readonly isFirst: boolean;
}
