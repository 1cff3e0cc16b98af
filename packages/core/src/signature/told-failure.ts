import { plainResult } from "./plain-result.ts";
import { parsed } from "./sign.ts";

/** guard does not parse a longer text to find a failure in it. */
const longestTold = 20_000;

/** A short text that begins like this is an error that a framework has caught. */
const errorText = /^\s*error\s*:.{0,400}$/is;
const longestErrorText = 420;

/** Fields beside an error that are no result. */
const envelope =
  /^(?:code|details?|errors?|error_?(?:code|message|type)|hint|message|msg|ok|reason|retr\w*|[\w-]*(?:request|trace|correlation)_?id|stack|status(?:_?code)?|success|time(?:stamp)?|title|type)$/i;

/**
 * Whether a returned result reports a failure: `isError: true` of MCP, `ok: false`, `success: false`, or an `error`,
 * `errors` or a failing `status` without a result beside it. The result may be JSON text, or a short text that begins
 * with "Error:".
 */
export function tellsFailure(result: unknown): boolean {
  if (isMarked(result)) return true;
  const plain = plainResult(result);
  return typeof plain === "string" && errorText.test(plain.slice(0, longestErrorText + 1))
    ? true
    : tells(plain);
}

/** Whether MCP's envelope says so. */
function isMarked(result: unknown): boolean {
  try {
    return typeof result === "object" && result !== null && Reflect.get(result, "isError") === true;
  } catch {
    return false;
  }
}

function tells(result: unknown): boolean {
  const told = typeof result === "string" ? fromJson(result) : result;
  if (typeof told !== "object" || told === null) return false;
  try {
    if (Array.isArray(told)) return false;
    const { isError, is_error, ok, success, ...rest } = told as Record<string, unknown>;
    if (isError === true || is_error === true || ok === false || success === false) return true;
    return isError === undefined && isFault(rest) && Object.entries(rest).every(isEnvelope);
  } catch {
    return false;
  }
}

function isFault({
  error,
  errors,
  status,
  statusCode,
  status_code: code,
}: Record<string, unknown>): boolean {
  if (!saysNothing(error) || (Array.isArray(errors) && errors.length > 0)) return true;
  if (status === "error" || status === "failure" || status === "failed") return true;
  return [status, statusCode, code].some(isServerFault);
}

/** An HTTP status that reports a failure. "Not found" is an answer. */
function isServerFault(status: unknown): boolean {
  return typeof status === "number" && status >= 400 && status < 600 && status !== 404;
}

function isEnvelope([name, value]: readonly [string, unknown]): boolean {
  return envelope.test(name) || saysNothing(value);
}

function saysNothing(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === 0 || value === "";
}

function fromJson(text: string): unknown {
  return text.length <= longestTold && text.trimStart().startsWith("{") ? parsed(text) : undefined;
}
