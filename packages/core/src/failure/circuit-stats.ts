import type { FailureCircuitState } from "../vocabulary/circuit-refusal.ts";
import type { CallResult } from "./settle-circuit.ts";

/** What a failure circuit has done. `opened` and `openMs` hold for all processes that share it, the rest for this process. */
export interface CircuitStats {
  readonly state: FailureCircuitState;
  /** After how many milliseconds an open circuit may let a call through. */
  readonly retryAfterMs?: number | undefined;
  /** How often the circuit has opened. A failed probe opens it again. */
  readonly opened: number;
  /** For how many milliseconds the circuit was not closed, up to now. */
  readonly openMs: number;
  /** What came of the calls. `slow` calls are also `failed`; `late` results came back after the circuit had moved. */
  readonly calls: {
    readonly succeeded: number;
    readonly failed: number;
    readonly slow: number;
    readonly ignored: number;
    readonly refused: number;
    readonly late: number;
  };
  /** What came of the probes. `late` ones took longer than `probeTimeoutMs`, or another probe had decided before. */
  readonly probes: {
    readonly started: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly ignored: number;
    readonly late: number;
  };
}

/** One ended call. */
export interface EndedCall {
  readonly result: CallResult;
  readonly isProbe: boolean;
  readonly isSlow: boolean;
  readonly applied: boolean;
}

const past = { success: "succeeded", failure: "failed", ignored: "ignored" } as const;

/** Counts the calls of one circuit in this process. */
export class CallCounts {
  readonly calls = { succeeded: 0, failed: 0, slow: 0, ignored: 0, refused: 0, late: 0 };
  readonly probes = { started: 0, succeeded: 0, failed: 0, ignored: 0, late: 0 };

  count({ result, isProbe, isSlow, applied }: EndedCall): void {
    const name = applied ? past[result] : "late";
    this.calls[name] += 1;
    if (isProbe) this.probes[name] += 1;
    if (applied && isSlow) this.calls.slow += 1;
  }
}
