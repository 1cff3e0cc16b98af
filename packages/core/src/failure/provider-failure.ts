import { read } from "../vocabulary/marks.ts";

/** What Node.js, its `fetch` and the providers' clients say when the network or the other side does not answer. */
const codes = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);
const names = /^(Timeout|APIConnection(Timeout)?|Connection(Timeout)?|ConnectTimeout)Error$/;
const causeDepth = 5;

/**
 * Whether an error tells that a model's provider is down or overloaded: a network error, a time-out, and the HTTP statuses
 * 408, 429 and 500 or more. A bad request, a wrong key and a missing model are the caller's own fault. Looks through
 * `cause`, `error`, `lastError` and `errors`. Never throws.
 *
 * @example
 * const openai = registry.circuit("openai", { isFailure: isProviderFailure });
 */
export function isProviderFailure(error: unknown): boolean {
  return isDown(error, causeDepth);
}

function isDown(error: unknown, depth: number): boolean {
  // Stryker disable next-line all: it only saves the search through what is no object
  if (typeof error !== "object" || error === null) return false;
  const status = statusOf(error);
  // An answer that began well may break off: then the cause tells.
  if (status !== undefined && status >= 400)
    return status === 408 || status === 429 || status >= 500;
  const code = read(error, "code");
  if (typeof code === "string" && (codes.has(code) || code.startsWith("UND_ERR_"))) return true;
  const made = read(error, "constructor");
  const called = [read(error, "name"), typeof made === "function" ? made.name : undefined];
  if (called.some((name) => typeof name === "string" && names.test(name))) return true;
  if (read(error, "message") === "fetch failed") return true;
  if (depth === 0) return false;
  const inner = ["cause", "error", "lastError"].map((key) => read(error, key));
  const several = read(error, "errors");
  const last = Array.isArray(several) ? [several.at(-1)] : [];
  return [...inner, ...last].some((one) => isDown(one, depth - 1));
}

/** The HTTP status, by the names that clients give to it. */
function statusOf(error: object): number | undefined {
  for (const place of [error, read(error, "response")]) {
    for (const key of ["status", "statusCode"]) {
      const value = read(place, key);
      if (typeof value === "number" && value >= 100 && value < 600) return value;
    }
  }
  return undefined;
}
