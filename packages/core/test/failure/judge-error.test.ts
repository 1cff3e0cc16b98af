import { describe, expect, test } from "vitest";
import { judgeError, nameOfError } from "../../src/failure/judge-error.ts";

describe("what an error is for a circuit", () => {
  const settings = { excluded: [], isFailure: () => true };
  const timeout = new DOMException("x", "TimeoutError");

  test.each<[name: string, signal: AbortSignal | undefined, result: string]>([
    ["without a signal", undefined, "failure"],
    ["with a signal that was not aborted", new AbortController().signal, "failure"],
    ["after an abort", AbortSignal.abort(), "ignored"],
    ["after an abort with a text", AbortSignal.abort("TimeoutError"), "ignored"],
    ["after an abort with null", AbortSignal.abort(null), "ignored"],
    ["after the time-out of the signal", AbortSignal.abort(timeout), "failure"],
    ["after a time-out of another make", AbortSignal.abort({ name: "TimeoutError" }), "failure"],
  ])("%s", (_, signal, result) => {
    expect(judgeError(new Error("x"), settings, signal)).toBe(result);
  });

  test.each<[name: string, excluded: unknown, result: string]>([
    ["Error itself is a class", [Error], "ignored"],
    ["a class of errors", [RangeError], "failure"],
    ["a class below the one that was thrown", [class Below extends TypeError {}], "failure"],
    ["a function", [(error: unknown) => error instanceof TypeError], "ignored"],
    ["the second of two", [RangeError, TypeError], "ignored"],
  ])("excluded: %s", (_, excluded, result) => {
    const own = { excluded: excluded as never, isFailure: () => true };
    expect(judgeError(new TypeError("x"), own)).toBe(result);
  });
});

describe("the name of an error", () => {
  test.each<[error: unknown, name: string]>([
    [new RangeError("secret"), "RangeError"],
    [Object.assign(new RangeError("secret"), { status: 503 }), "RangeError 503"],
    [Object.assign(new Error("secret"), { statusCode: 429 }), "Error 429"],
    [Object.assign(new Error("secret"), { status: "503" }), "Error"],
    [{ name: "n".repeat(200) }, "n".repeat(100)],
    [{ name: 7 }, "object"],
    [{}, "object"],
    ["secret", "string"],
    [undefined, "undefined"],
    [null, "object"],
    [() => "secret", "function"],
  ])("%o: %s", (error, name) => {
    expect(nameOfError(error)).toBe(name);
  });
});
