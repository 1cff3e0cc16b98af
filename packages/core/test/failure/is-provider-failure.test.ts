import { describe, expect, test } from "vitest";
import { isProviderFailure } from "../../src/index.ts";

const withStatus = (status: number) => Object.assign(new Error("no"), { status });
const withCode = (code: string) => Object.assign(new Error("no"), { code });
class APIConnectionError extends Error {}

describe("tells that the provider is down", () => {
  test.for([
    ["the status 408", withStatus(408)],
    ["the status 429", withStatus(429)],
    ["the status 500", withStatus(500)],
    ["the status 529", withStatus(529)],
    ["the status 503 of a response", { response: { status: 503 } }],
    ["AI SDK's statusCode 503", { statusCode: 503 }],
    ["a refused connection", withCode("ECONNREFUSED")],
    ["a time-out of undici", withCode("UND_ERR_HEADERS_TIMEOUT")],
    ["a client's time-out", new DOMException("too slow", "TimeoutError")],
    ["a client's connection error", new APIConnectionError("Connection error.")],
    ["fetch's own error", new TypeError("fetch failed")],
    ["a cause", new Error("wrapped", { cause: withStatus(503) })],
    ["the last error of several tries", { errors: [withStatus(400), withStatus(503)] }],
    [
      "an answer with the status 200 that breaks off",
      { statusCode: 200, cause: withCode("UND_ERR_SOCKET") },
    ],
  ] as const)("%s", ([, error]) => {
    expect(isProviderFailure(error)).toBe(true);
  });
});

describe("tells nothing about the provider", () => {
  test.for([
    ["the status 400", withStatus(400)],
    ["the status 401", withStatus(401)],
    ["the status 404", withStatus(404)],
    ["the status 422 over a network error", { status: 422, cause: withCode("ECONNRESET") }],
    ["an error of the user's code", new Error("no")],
    ["an abort", new DOMException("stopped", "AbortError")],
    ["no error", undefined],
    ["a text", "503"],
  ] as const)("%s", ([, error]) => {
    expect(isProviderFailure(error)).toBe(false);
  });
});
