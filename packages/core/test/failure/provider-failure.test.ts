import { describe, expect, test } from "vitest";
import { isProviderFailure } from "../../src/index.ts";

const error = (fields: object, message = "x") => Object.assign(new Error(message), fields);
const named = (name: string) => error({ name });

/** An error inside `depth` others. */
function inside(depth: number, inner: unknown): unknown {
  return depth === 0 ? inner : error({ cause: inside(depth - 1, inner) });
}

class APIConnectionError extends Error {}

describe("a provider is down, or overloaded", () => {
  test.each<[name: string, error: unknown]>([
    ...[408, 429, 500, 502, 503, 529, 599].map((status): [string, unknown] => [
      `HTTP ${status}`,
      error({ status }),
    ]),
    ["a status under its other name", error({ statusCode: 503 })],
    ["a status of the response", error({ response: { status: 503 } })],
    ["a status of the response, under its other name", error({ response: { statusCode: 503 } })],
    ...[
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
      "UND_ERR_SOCKET",
      "UND_ERR_CONNECT_TIMEOUT",
    ].map((code): [string, unknown] => [`the code ${code}`, error({ code })]),
    ...[
      "TimeoutError",
      "APIConnectionError",
      "APIConnectionTimeoutError",
      "ConnectionError",
      "ConnectionTimeoutError",
      "ConnectTimeoutError",
    ].map((name): [string, unknown] => [`the name ${name}`, named(name)]),
    ["the name of its class", new APIConnectionError("x")],
    ["a time-out of the platform", new DOMException("x", "TimeoutError")],
    ["what fetch throws", new TypeError("fetch failed")],
    ["a cause", error({ cause: error({ code: "ECONNRESET" }) })],
    ["an inner error", error({ error: { status: 503 } })],
    ["the last of several tries", error({ lastError: error({ status: 529 }) })],
    [
      "the last of several errors",
      error({ errors: [400, 404, 503].map((status) => error({ status })) }),
    ],
    ["an error five levels deep", inside(5, error({ status: 503 }))],
    ["no class at all", { status: 500 }],
    [
      "an answer with the status 200 that breaks off",
      { statusCode: 200, cause: error({ code: "UND_ERR_SOCKET" }) },
    ],
  ])("%s", (_, thrown) => {
    expect(isProviderFailure(thrown)).toBe(true);
  });
});

describe("the caller's own fault, or nothing that guard knows", () => {
  const cycle: { cause?: unknown } = {};
  cycle.cause = cycle;
  test.each<[name: string, error: unknown]>([
    ...[400, 401, 403, 404, 409, 413, 422, 200, 304, 407, 428, 430, 499].map(
      (status): [string, unknown] => [`HTTP ${status}`, error({ status })],
    ),
    ["no HTTP status: 600", error({ status: 600 })],
    ["no HTTP status: 99", error({ status: 99 })],
    ["a status as text", error({ status: "503" })],
    [
      "a bad request that was caused by a reset",
      error({ status: 400, cause: error({ code: "ECONNRESET" }) }),
    ],
    ["a file that is missing", error({ code: "ENOENT" })],
    ["a code that is a number", error({ code: 503 })],
    ["a code that only holds UND_ERR_", error({ code: "X_UND_ERR_SOCKET" })],
    ["a name that only begins like one", named("TimeoutErrorX")],
    ["a name that only ends like one", named("MyTimeoutError")],
    ["a message that only holds the words", new TypeError("fetch failed: no such option")],
    ["an abort", new DOMException("x", "AbortError")],
    ["another error", new Error("x")],
    [
      "an earlier error of several",
      error({ errors: [error({ status: 503 }), error({ status: 400 })] }),
    ],
    [
      "errors that are no list",
      error({ errors: { 0: error({ status: 503 }), at: () => error({ status: 503 }) } }),
    ],
    ["an error six levels deep", inside(6, error({ status: 503 }))],
    ["an error that is its own cause", cycle],
    ["a text", "503"],
    ["null", null],
    ["undefined", undefined],
    ["a function", () => 503],
  ])("%s", (_, thrown) => {
    expect(isProviderFailure(thrown)).toBe(false);
  });

  test("errors that can't be read", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const getter = Object.defineProperty({}, "status", {
      get: () => {
        throw new Error("no");
      },
    });
    expect([isProviderFailure(proxy), isProviderFailure(getter)]).toEqual([false, false]);
  });
});
