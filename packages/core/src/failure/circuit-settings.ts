import * as v from "valibot";
import type { Recovery } from "../machine/state.ts";
import { listOf, object } from "../options/options-schema.ts";
import { readWith } from "../options/read-with.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { ErrorMatch, FailureCircuitOptions } from "./circuit-options.ts";

/** What opens a closed circuit. */
export type OpenRule =
  | { readonly counts: "in-a-row"; readonly failures: number }
  | { readonly counts: "calls"; readonly calls: number; readonly failures: number }
  | { readonly counts: "time"; readonly ms: number; readonly failures: number }
  | {
      readonly counts: "rate-of-calls";
      readonly calls: number;
      readonly rate: number;
      readonly minimum: number;
    }
  | {
      readonly counts: "rate-in-time";
      readonly ms: number;
      readonly rate: number;
      readonly minimum: number;
    };

/** Options with every default filled in. */
export interface CircuitSettings {
  readonly openRule: OpenRule;
  readonly recovery: Recovery;
  readonly successThreshold: number;
  readonly slowCallMs: number;
  readonly excluded: readonly ErrorMatch[];
  readonly isFailure: (error: unknown) => boolean;
  readonly isFailedResult: (result: unknown) => boolean;
}

const whole = (max = Number.MAX_SAFE_INTEGER) =>
  v.optional(
    v.message(
      v.pipe(v.number(), v.finite(), v.integer(), v.minValue(1), v.maxValue(max)),
      max === Number.MAX_SAFE_INTEGER
        ? "a whole number of at least 1"
        : `a whole number from 1 to ${max}`,
    ),
  );
const span = (least: 0 | 1) =>
  v.optional(
    v.message(
      v.pipe(v.number(), v.finite(), v.minValue(least)),
      `a number of milliseconds of at least ${least}`,
    ),
  );
const fn = v.optional(v.message(v.function(), "a function"));

const schema = object({
  failureThreshold: whole(),
  windowCalls: whole(10_000),
  windowMs: span(1),
  failureRate: v.optional(
    v.message(
      v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
      "a share of more than 0 and at most 1",
    ),
  ),
  minimumCalls: whole(),
  slowCallMs: span(0),
  recoveryTimeoutMs: span(0),
  maxRecoveryTimeoutMs: span(0),
  halfOpenMaxCalls: whole(1_000),
  successThreshold: whole(),
  probeTimeoutMs: span(1),
  excluded: v.optional(
    v.lazy((value) =>
      v.message(
        typeof value === "function" ? v.function() : listOf(v.function()),
        "an error class, a function of an error, or a list of these",
      ),
    ),
  ),
  isFailure: fn,
  isFailedResult: fn,
});

/**
 * Checks and copies the options of a circuit, and fills in the defaults.
 *
 * @throws {OptionsError} naming the path and the received value of each fault
 */
export function circuitSettings(name: string, given: FailureCircuitOptions = {}): CircuitSettings {
  const at = `circuit("${name.slice(0, 100)}")`;
  const options = readWith(schema, given, { at }) as FailureCircuitOptions;
  const faults = contradictions(options);
  if (faults.length > 0) throw new OptionsError(faults.map((fault) => `${at}.${fault}`));
  const { recoveryTimeoutMs, maxRecoveryTimeoutMs = Number.POSITIVE_INFINITY } = options;
  const cooldownMs = recoveryTimeoutMs ?? Math.min(60_000, maxRecoveryTimeoutMs);
  return {
    openRule: openRuleOf(options),
    recovery: {
      cooldownMs,
      maxCooldownMs: options.maxRecoveryTimeoutMs ?? Math.max(15 * 60_000, cooldownMs),
      leaseMs: options.probeTimeoutMs ?? 60_000,
      probes: options.halfOpenMaxCalls ?? 1,
    },
    successThreshold: options.successThreshold ?? 1,
    slowCallMs: options.slowCallMs ?? Number.POSITIVE_INFINITY,
    excluded: listOfMatches(options.excluded),
    isFailure: options.isFailure ?? (() => true),
    isFailedResult: options.isFailedResult ?? (() => false),
  };
}

function openRuleOf(options: FailureCircuitOptions): OpenRule {
  const { windowCalls: calls, windowMs: ms, failureRate: rate, minimumCalls } = options;
  const failures = options.failureThreshold ?? 5;
  if (calls !== undefined) {
    if (rate === undefined) return { counts: "calls", calls, failures: Math.min(failures, calls) };
    return { counts: "rate-of-calls", calls, rate, minimum: minimumCalls ?? Math.min(10, calls) };
  }
  if (ms === undefined) return { counts: "in-a-row", failures };
  if (rate === undefined) return { counts: "time", ms, failures };
  return { counts: "rate-in-time", ms, rate, minimum: minimumCalls ?? 10 };
}

/** Options that each are fine, but not together. */
function contradictions(options: FailureCircuitOptions): readonly string[] {
  const { failureThreshold, windowCalls, windowMs, failureRate, minimumCalls } = options;
  const { recoveryTimeoutMs, maxRecoveryTimeoutMs } = options;
  const faults: string[] = [];
  if (windowCalls !== undefined && windowMs !== undefined)
    faults.push("windowMs: a circuit has one window (write windowCalls or windowMs)");
  if (failureRate !== undefined && failureThreshold !== undefined)
    faults.push("failureRate: a circuit has one threshold (write failureThreshold or failureRate)");
  if (failureRate !== undefined && windowCalls === undefined && windowMs === undefined)
    faults.push("failureRate: needs a window (write windowCalls or windowMs, too)");
  if (minimumCalls !== undefined && failureRate === undefined)
    faults.push("minimumCalls: belongs to a rate (write failureRate, too)");
  const mostCalls = windowCalls ?? Number.POSITIVE_INFINITY;
  if ((minimumCalls ?? 0) > mostCalls)
    faults.push(
      `minimumCalls: expected at most windowCalls (${windowCalls}), received ${minimumCalls}`,
    );
  if ((failureThreshold ?? 0) > mostCalls)
    faults.push(
      `failureThreshold: expected at most windowCalls (${windowCalls}), received ${failureThreshold}`,
    );
  if ((maxRecoveryTimeoutMs ?? Number.POSITIVE_INFINITY) < (recoveryTimeoutMs ?? 0))
    faults.push(
      `maxRecoveryTimeoutMs: expected at least recoveryTimeoutMs (${recoveryTimeoutMs}), received ${maxRecoveryTimeoutMs}`,
    );
  return faults;
}

/** Not `flat`: it looks into each value, and a proxy that was revoked throws. */
function listOfMatches(given: FailureCircuitOptions["excluded"] = []): readonly ErrorMatch[] {
  return typeof given === "function" ? [given] : given;
}
