/**
 * One step of a scenario.
 *
 * - `ok`, `fail`, `excluded`, `abort`: a call that comes back at once, with its result, an error, an error that the options
 *   exclude, or an `AbortError`
 * - `slow`: a call that succeeds after two seconds
 * - `hang`: a call that never comes back
 * - `begin`: a call that runs until `begun ok` or `begun fail`
 * - `wait`: so many seconds pass
 * - `clock back`: a correction sets the clock back by so many seconds
 * - `listener throws`: from now on every listener throws
 * - `restart`: another process goes on with the state that the first one has saved
 * - `hold`, `free`: a person holds the circuit open, and lets it go
 */
export type Step =
  | "ok"
  | "fail"
  | "excluded"
  | "abort"
  | "slow"
  | "hang"
  | "begin"
  | "begun ok"
  | "begun fail"
  | "listener throws"
  | "restart"
  | "hold"
  | "free"
  | `wait ${number}`
  | `clock back ${number}`;

export type StepOfCall = Extract<
  Step,
  "ok" | "fail" | "excluded" | "abort" | "slow" | "hang" | "begin"
>;

/** What opens the circuit: three failures in a row, or five failures within five seconds. */
export type Rule = "three in a row" | "five in 5 s";

/** One row of the comparison. */
export interface Scenario {
  readonly name: string;
  /** Default: `three in a row`. */
  readonly rule?: Rule;
  readonly steps: readonly Step[];
  /** Why the libraries differ, in one or two sentences. Missing if they agree. */
  readonly why?: string;
}

/** The error that the options of all three libraries exclude. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
}
