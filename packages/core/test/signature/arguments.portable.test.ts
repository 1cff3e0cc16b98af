import { describe, expect, test } from "vitest";
import { letsTimePass, withoutAttempt, withoutPage } from "../../src/signature/arguments.ts";

/** Made when it is asked for: a runner that prints its rows must not look into it. */
const throwing = () =>
  Object.defineProperty({}, "page", {
    enumerable: true,
    get: () => {
      throw new Error("hostile");
    },
  });

class Query {
  page = 1;
  request_id = "7";
}

describe("arguments without those that name the attempt", () => {
  test.for([
    "attempt",
    "explanation",
    "idempotency_key",
    "idempotencyKey",
    "intent",
    "justification",
    "nonce",
    "purpose",
    "rationale",
    "reason",
    "reasoning",
    "request_id",
    "requestId",
    "thought",
    "thoughts",
    "trace_id",
    "TraceID",
  ])("%s", (name) => {
    expect(withoutAttempt({ q: "x", [name]: "7" })).toEqual({ q: "x" });
  });

  test.for<[shows: string, args: unknown]>([
    ["other names", { q: "x", id: 7, reasons: 1, attempts: 2, message_id: 3 }],
    ["nothing but the attempt", { reason: "because", nonce: 7 }],
    ["nothing", {}],
    ["a list", [{ reason: "x" }]],
    ["a text", "reason"],
    ["nothing at all", undefined],
    ["an object of a class", new Query()],
  ])("%s: as they are", ([, args]) => {
    expect(withoutAttempt(args)).toBe(args);
  });

  test("only at the top level: deeper fields belong to the question", () => {
    const args = { q: { reason: "x" } };
    expect(withoutAttempt(args)).toBe(args);
  });
});

describe("arguments without a page, an offset or a cursor", () => {
  test.for<[name: string, value: unknown]>([
    ["page", 3],
    ["offset", 20],
    ["cursor", "c7"],
    ["skip", 10],
    ["page_index", 1],
    ["pageNo", 1],
    ["page_number", 1],
    ["pageToken", "t"],
    ["next_page", 2],
    ["nextToken", "t"],
    ["start_at", 7],
    ["startIndex", 7],
    ["limit", 10],
    ["per_page", 10],
    ["pageSize", 5],
    ["max_results", 5],
    ["top_k", 3],
  ])("%s: %j", ([name, value]) => {
    expect(withoutPage({ q: "x", [name]: value })).toEqual({ q: "x" });
  });

  test.for<[shows: string, args: unknown]>([
    ["a place", { from: "Oslo", after: 7, start: 0, to: 40, until: "40", end: 40 }],
    ["other names", { q: "x", pages: 3, limits: 10, size: 5 }],
    ["a list", [{ page: 1 }]],
    ["a text", "page"],
    ["nothing", undefined],
    ["an object of a class", new Query()],
  ])("%s: nothing is a page", ([, args]) => {
    expect(withoutPage(args)).toBeUndefined();
  });

  test("nothing but a page leaves nothing", () => {
    expect(withoutPage({ page: 3 })).toEqual({});
  });
});

describe("arguments that make a call wait", () => {
  test.for<[args: unknown]>([
    ["sleep 5"],
    ["sleep 5; curl x"],
    ["make && sleep 0.5"],
    ["(sleep 30)"],
    [{ command: "sleep 60 && tail log" }],
    [{ command: "Start-Sleep -Seconds 5" }],
    [{ command: "timeout /t 5" }],
    [{ cmd: "echo hi\nsleep 3" }],
    [{ wait: 5 }],
    [{ wait: true }],
    [{ wait_seconds: "30" }],
    [{ waitMs: 100 }],
    [{ delay: 1 }],
    [{ sleep_for: 2 }],
  ])("%j", ([args]) => {
    expect(letsTimePass(args)).toBe(true);
  });

  test.for<[args: unknown]>([
    ["sleep"],
    ["asleep 5"],
    ["how to sleep well"],
    ["echo nosleep 5"],
    [{ command: "npm test" }],
    [{ wait: 0 }],
    [{ wait: false }],
    [{ wait: "no" }],
    [{ wait_for_selector: 5 }],
    [{ timeout: 30 }],
    [{ awaits: 5 }],
    [["sleep 5"]],
    [{ command: `${"x".repeat(2_000)} sleep 5` }],
    [null],
    [7],
  ])("%j does not", ([args]) => {
    expect(letsTimePass(args)).toBe(false);
  });
});

test("a getter that throws is passed over", () => {
  const args = throwing();
  expect(withoutAttempt(args)).toBe(args);
  expect(withoutPage(args)).toBeUndefined();
  expect(letsTimePass(args)).toBe(false);
});
