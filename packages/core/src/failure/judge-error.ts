import { GuardError } from "../vocabulary/errors.ts";
import { isAbort } from "../vocabulary/is-abort.ts";
import { read } from "../vocabulary/marks.ts";
import type { ErrorMatch } from "./circuit-options.ts";
import type { CircuitSettings } from "./circuit-settings.ts";
import type { CallResult } from "./settle-circuit.ts";

/**
 * What an error is for a circuit. An abort, and a stop or a refusal by guard, tell nothing about the other side. Then
 * `excluded` decides, then `isFailure`.
 *
 * @param signal the caller's signal. Its time-out is a failure, not an abort
 */
export function judgeError(
  error: unknown,
  settings: Pick<CircuitSettings, "excluded" | "isFailure">,
  signal?: AbortSignal,
): CallResult {
  if (isAbort(error) || GuardError.isInstance(error) || isAborted(signal)) return "ignored";
  if (settings.excluded.some((match) => isMeant(match, error))) return "ignored";
  return settings.isFailure(error) ? "failure" : "ignored";
}

function isAborted(signal: AbortSignal | undefined): boolean {
  if (signal?.aborted !== true) return false;
  return read(signal.reason, "name") !== "TimeoutError";
}

function isMeant(match: ErrorMatch, error: unknown): boolean {
  return isErrorClass(match) ? error instanceof match : match(error);
}

function isErrorClass(match: ErrorMatch): match is abstract new (...args: never[]) => Error {
  return match === Error || match.prototype instanceof Error;
}

/** The name of an error, and its HTTP status: never its message, which may quote a prompt. */
export function nameOfError(error: unknown): string {
  if (typeof error !== "object" || error === null) return typeof error;
  const name = read(error, "name");
  const status = read(error, "status") ?? read(error, "statusCode");
  const text = typeof name === "string" ? name.slice(0, 100) : "object";
  return typeof status === "number" ? `${text} ${status}` : text;
}
