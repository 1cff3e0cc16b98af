import type { TripReport } from "./trip-report.ts";
import type { Finding, Reason } from "./call.ts";
import { hasMark, mark } from "./marks.ts";
import { markNotRetryable } from "./not-retryable.ts";
import { refused, stopped, tripMessage } from "./messages.ts";
import type { Snapshot } from "./snapshot.ts";

/** The codes of guard's errors, and what they mean. */
export const errorCodes = {
  GUARD_CIRCUIT_OPEN: "guard stopped the run: no further call starts.",
  GUARD_BUDGET_EXCEEDED: "guard stopped the run: a limit of its budget was reached.",
  GUARD_CALL_REFUSED: "guard refused one call; the run goes on.",
  GUARD_CIRCUIT_REFUSAL: "A failure circuit refused one call: too many calls before it failed.",
  GUARD_FAILOVER_FAILED: "No route of a failover answered.",
  GUARD_BAD_OPTIONS: "An option is unknown, has a wrong value, or contradicts another option.",
  GUARD_BAD_SNAPSHOT: "This version can't restore the snapshot.",
  GUARD_NOT_ATTESTED: "No reviewer has attested what the ledger now holds about the session.",
  GUARD_BAD_RECORDING: "A line of the file is not a recorded run.",
} as const;

/** The `code` of an error of guard's, such as `"GUARD_CIRCUIT_OPEN"`. */
export type ErrorCode = keyof typeof errorCodes;

// With two copies of this package, `instanceof` fails. These marks tell the errors apart.
const guardMark = Symbol.for("guard.error");
const openMark = Symbol.for("guard.error.circuit-open");
const refusedMark = Symbol.for("guard.error.call-refused");

/** Base of all errors that guard throws. */
export class GuardError extends Error {
  override readonly name: string = "GuardError";
  /** Stable, and enumerable so that it survives serialisation. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    mark(this, guardMark, true);
  }

  /** Whether a value is an error of guard's. Also finds errors of another copy of this package. */
  static isInstance(value: unknown): value is GuardError {
    return hasMark(value, guardMark);
  }
}

/** Wrong options. `faults` has a line for each, with its path, the received value and what to write instead. */
export class OptionsError extends GuardError {
  override readonly name = "OptionsError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super("GUARD_BAD_OPTIONS", faults.join("; "));
    this.faults = faults;
  }
}

/** A snapshot that can't be restored. */
export class SnapshotError extends GuardError {
  override readonly name = "SnapshotError";

  constructor(fault: string) {
    super("GUARD_BAD_SNAPSHOT", fault);
  }
}

/** guard refused one call, and the run goes on. The message is for the model. */
export class CallRefusedError extends GuardError {
  override readonly name = "CallRefusedError";
  readonly finding: Finding;
  /** The line for your options that would let the call run, if there is one. Paste it only if the agent repeats the call on purpose. */
  readonly cure: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(finding: Finding, retryAfterMs?: number, text: string = refused(finding)) {
    super("GUARD_CALL_REFUSED", text);
    this.finding = finding;
    this.cure = finding.cure;
    this.retryAfterMs = retryAfterMs;
    markNotRetryable(this);
    mark(this, refusedMark, true);
  }

  static override isInstance(value: unknown): value is CallRefusedError {
    return hasMark(value, refusedMark);
  }
}

/**
 * guard stopped the run: no tool and no model call of the run starts any more.
 *
 * Frameworks wrap errors, so find this one with `findCircuitOpen` instead of `instanceof`.
 *
 * @example
 * try {
 *   await agent.invoke(input, { callbacks: [guard] });
 * } catch (error) {
 *   const stop = findCircuitOpen(error);
 *   if (stop === undefined) throw error;
 *   console.error(stop.reason, stop.finding.tool, stop.report.used.usd);
 * }
 */
export class CircuitOpenError extends GuardError {
  override readonly name: string = "CircuitOpenError";
  readonly reason: Reason;
  readonly finding: Finding;
  /** The line for your options that would let the call run, if there is one. Paste it only if the agent repeats the call on purpose. */
  readonly cure: string | undefined;
  /** The signature of the call that repeats, if the finding names one. `override({ allow })` takes it. */
  readonly signature: string | undefined;
  readonly tripCount: number;
  /** After how many milliseconds guard lets one round try again. `undefined` if waiting does not help. */
  readonly retryAfterMs: number | undefined;
  readonly report: TripReport;
  /** What an end user may read: the option `texts.stopped` writes it. The `message` is for developers. */
  readonly text: string;
  /** The breaker's snapshot at the stop. Not enumerable, because it is long. */
  declare readonly state: Snapshot;

  constructor(
    report: TripReport,
    options: {
      retryAfterMs?: number | undefined;
      snapshot: Snapshot;
      text?: string;
      cause?: unknown;
    },
  ) {
    const code =
      report.reason === "budget" ? "GUARD_BUDGET_EXCEEDED" : ("GUARD_CIRCUIT_OPEN" as const);
    super(code, tripMessage(report), "cause" in options ? { cause: options.cause } : undefined);
    this.reason = report.reason;
    this.finding = report.finding;
    this.cure = report.finding.cure;
    this.signature = report.finding.signatures.at(-1);
    this.tripCount = report.tripCount;
    this.retryAfterMs = options.retryAfterMs;
    this.report = report;
    this.text = options.text ?? stopped(report);
    mark(this, "state", options.snapshot);
    markNotRetryable(this);
    mark(this, openMark, true);
  }

  static override isInstance(value: unknown): value is CircuitOpenError {
    return hasMark(value, openMark);
  }
}

/** guard stopped the run because it has reached a limit of its budget. */
export class BudgetExceededError extends CircuitOpenError {
  override readonly name = "BudgetExceededError";
}
