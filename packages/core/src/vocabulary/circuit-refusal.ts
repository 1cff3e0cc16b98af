import { GuardError } from "./errors.ts";
import { hasMark, mark } from "./marks.ts";
import { markNotRetryable } from "./not-retryable.ts";

/**
 * The state of a failure circuit.
 *
 * - `closed`: calls run, and guard counts failures
 * - `open`: guard refuses calls
 * - `half-open`: the break is over, and guard lets a few probes through
 */
export type FailureCircuitState = "closed" | "open" | "half-open";

/** Why a failure circuit refused a call. */
export interface CircuitRefusal {
  readonly circuit: string;
  readonly state: Exclude<FailureCircuitState, "closed">;
  readonly retryAfterMs: number | undefined;
  /** Whether a human holds the circuit open. Default: if `retryAfterMs` is `undefined`. */
  readonly isForced?: boolean | undefined;
  /** The human's own words, if a human holds the circuit open. */
  readonly why?: string | undefined;
}

const refusalMark = Symbol.for("guard.error.circuit-refusal");

/**
 * A failure circuit refused a call, which did not run. It is no trip: the run goes on, and your fallback may answer. The
 * `cause` is the first of the failures that opened the circuit, if this process has seen it.
 *
 * @example
 * try {
 *   await openai.call(() => client.responses.create(request));
 * } catch (error) {
 *   if (!CircuitRefusalError.isInstance(error)) throw error;
 *   response.setHeader("Retry-After", Math.ceil((error.retryAfterMs ?? 60_000) / 1_000));
 * }
 */
export class CircuitRefusalError extends GuardError {
  override readonly name = "CircuitRefusalError";
  /** The circuit's name. */
  readonly circuit: string;
  readonly state: CircuitRefusal["state"];
  /** After how many milliseconds the circuit may let a call through. `undefined` if a human holds it open without an end. */
  readonly retryAfterMs: number | undefined;

  constructor(refusal: CircuitRefusal, options?: ErrorOptions) {
    super("GUARD_CIRCUIT_REFUSAL", messageOf(refusal), options);
    this.circuit = refusal.circuit;
    this.state = refusal.state;
    this.retryAfterMs = refusal.retryAfterMs;
    markNotRetryable(this);
    mark(this, refusalMark, true);
  }

  static override isInstance(value: unknown): value is CircuitRefusalError {
    return hasMark(value, refusalMark);
  }
}

function messageOf({ circuit, state, retryAfterMs, why, isForced }: CircuitRefusal): string {
  const what = `the failure circuit "${circuit.slice(0, 100)}" is ${state}`;
  const wait =
    retryAfterMs === undefined ? "" : `; try again in ${Math.ceil(retryAfterMs / 1_000)} s`;
  if (isForced ?? retryAfterMs === undefined) {
    return `${what}, because a human holds it open${why === undefined ? "" : `: ${why}`}${wait}`;
  }
  return state === "open"
    ? `${what}: too many calls failed${wait}`
    : `${what}: a probe is running${wait} at the latest`;
}
