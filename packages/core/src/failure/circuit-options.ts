/** An error class, or a function that tells whether an error is meant. */
export type ErrorMatch = (abstract new (...args: never[]) => Error) | ((error: unknown) => boolean);

/**
 * The options of {@link Registry.circuit}. All have defaults.
 *
 * @example
 * const openai = registry.circuit("openai", { failureThreshold: 3, recoveryTimeoutMs: 20_000 });
 */
export interface FailureCircuitOptions {
  /**
   * The circuit opens after so many failures: in a row, or within the window if you give one. Default: 5. Leave it out if
   * you give `failureRate`.
   */
  readonly failureThreshold?: number | undefined;
  /** Counts the failures of the latest so many calls, instead of failures in a row. At most 10,000. */
  readonly windowCalls?: number | undefined;
  /** Counts the failures of the latest so many milliseconds, instead of failures in a row. */
  readonly windowMs?: number | undefined;
  /**
   * The circuit opens when at least this share of the calls in the window has failed, from 0 to 1. Needs `windowCalls` or
   * `windowMs`. In `windowMs` guard counts calls in tenths of the window.
   */
  readonly failureRate?: number | undefined;
  /** So many calls must be in the window before `failureRate` counts. Default: 10, or `windowCalls` if that is less. */
  readonly minimumCalls?: number | undefined;
  /** A call that succeeds after more than so many milliseconds counts as a failure. Its result comes back all the same. */
  readonly slowCallMs?: number | undefined;
  /** How long the circuit stays open before it lets a probe through, in milliseconds. Default: 60,000, or `maxRecoveryTimeoutMs` if that is less. */
  readonly recoveryTimeoutMs?: number | undefined;
  /**
   * After a failed probe the circuit stays open for twice as long as before, with up to 20 % of jitter, but never longer
   * than so many milliseconds. Default: 900,000 (15 minutes), or `recoveryTimeoutMs` if that is more.
   */
  readonly maxRecoveryTimeoutMs?: number | undefined;
  /** How many probes may run at the same time while the circuit is half-open. guard refuses the other calls. Default: 1. */
  readonly halfOpenMaxCalls?: number | undefined;
  /** So many probes must succeed before the circuit closes. One failed probe opens it again. Default: 1. */
  readonly successThreshold?: number | undefined;
  /** A probe that has not come back after so many milliseconds makes room for another one. Default: 60,000. */
  readonly probeTimeoutMs?: number | undefined;
  /**
   * Errors that never count: a class, a function, or a list of these. Your code still gets such errors. An abort (an `AbortError`), a stop by guard and a refusal of another
   * circuit never count either.
   *
   * @example
   * excluded: [ValidationError, (error) => error instanceof HttpError && error.status === 404]
   */
  readonly excluded?: ErrorMatch | readonly ErrorMatch[] | undefined;
  /** Tells whether an error counts as a failure. Other errors don't count. Default: every error that is not `excluded`. */
  readonly isFailure?: ((error: unknown) => boolean) | undefined;
  /**
   * Tells whether a returned result counts as a failure. The result comes back all the same. Default: no result.
   *
   * @example
   * isFailedResult: (response) => response instanceof Response && response.status >= 500
   */
  readonly isFailedResult?: ((result: unknown) => boolean) | undefined;
}
