import type { TripReport } from "./trip-report.ts";
import type { Finding, Reason } from "./call.ts";
import { hasMark, mark } from "./marks.ts";
import { markNotRetryable } from "./not-retryable.ts";
import { refused, stopped, tripMessage } from "./messages.ts";
import type { Snapshot } from "./snapshot.ts";

/** Every code an error of guard's can carry, with what it means. */
export const errorCodes = {
  GUARD_CIRCUIT_OPEN: "The run was stopped; no further call is let through.",
  GUARD_BUDGET_EXCEEDED: "The run was stopped because a ceiling of its budget was reached.",
  GUARD_CALL_REFUSED: "One call was refused; the run goes on.",
  GUARD_BAD_OPTIONS: "Options are misspelt, out of range or contradict each other.",
  GUARD_BAD_SNAPSHOT: "A snapshot is not one that this version can restore.",
  GUARD_BAD_RECORDING: "A line is not a recorded run.",
} as const;

export type ErrorCode = keyof typeof errorCodes;

// instanceof fails across duplicated packages: errors are told by these instead.
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

  /** Whether a value is an error of guard's, also one of another copy of this package. */
  static isInstance(value: unknown): value is GuardError {
    return hasMark(value, guardMark);
  }
}

/** Bad options: every fault with its path and the received value. */
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

/** One call was refused; the run goes on. Its message is meant for the model. */
export class CallRefusedError extends GuardError {
  override readonly name = "CallRefusedError";
  readonly finding: Finding;
  /** The line of options that would have let the call through, where a declaration would. For developers. */
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
 * The run was stopped: no tool body and no model call is let through any more.
 *
 * Frameworks wrap errors: look for it with `findCircuitOpen` rather than with `instanceof`.
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
  /** The line of options that would have let the call through, where a declaration would. For developers. */
  readonly cure: string | undefined;
  /** The signature that was repeated most recently, where the finding names one. */
  readonly signature: string | undefined;
  readonly tripCount: number;
  /** When a probe will be let through, in milliseconds; absent where time alone changes nothing. */
  readonly retryAfterMs: number | undefined;
  readonly report: TripReport;
  /** What an end user may read: the option `texts.stopped` writes it. The `message` is for developers. */
  readonly text: string;
  /** The breaker's snapshot from when it opened. Not enumerable: it is long. */
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

/** The run was stopped because a ceiling of its budget was reached. */
export class BudgetExceededError extends CircuitOpenError {
  override readonly name = "BudgetExceededError";
}
