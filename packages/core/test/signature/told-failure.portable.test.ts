import { describe, expect, test } from "vitest";
import { tellsFailure } from "../../src/signature/told-failure.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import { fixture } from "../support/breakers.ts";
import { only } from "../support/script.ts";

const hostile = Object.defineProperty({}, "error", {
  enumerable: true,
  get: () => {
    throw new Error("hostile");
  },
});

describe("tells of a failure", () => {
  test.for<[result: unknown]>([
    [{ isError: true, content: [{ type: "text", text: "no" }] }],
    [{ is_error: true }],
    [{ ok: false }],
    [{ ok: false, data: [] }],
    [{ success: false, message: "no" }],
    [{ error: "no" }],
    [{ error: { code: 7 }, status: 500 }],
    [{ error: "no", message: "denied", request_id: "7", retryAfter: 3 }],
    [{ error: "no", data: null, rows: undefined, text: "" }],
    ['{"ok":false}'],
    [' {"error":"no"}'],
    [{ errors: ["no"] }],
    [{ errors: [{ code: 7 }], data: null }],
    [{ status: "error", message: "no" }],
    [{ status: "failed" }],
    [{ status: 500 }],
    [{ statusCode: 429, message: "slow down" }],
    [{ status_code: 400 }],
    ["error: no"],
    [" Error: no\nsuch column"],
    [{ content: [{ type: "text", text: "Error: no" }] }],
    [{ content: [{ type: "text", text: '{"ok":false}' }] }],
  ])("%j", ([result]) => {
    expect(tellsFailure(result)).toBe(true);
  });
});

describe("reports no usage", () => {
  test.for<[result: unknown]>([
    [{ isError: false, content: [] }],
    [{ ok: true, error: "" }],
    [{ success: true }],
    [{ error: null, data: 1 }],
    [{ error: false }],
    [{ error: "one row was bad", rows: [1, 2] }],
    [{ errors: [] }],
    [{ errors: ["one row was bad"], rows: [1, 2] }],
    [{ error: 0, data: 1 }],
    [{ error: 0 }],
    [{ status: "done" }],
    [{ status: 404 }],
    [{ status: 404, message: "not found" }],
    [{ status: 200 }],
    [{ status: 500, rows: [1] }],
    [{ status: "error", rows: [1] }],
    [{ ok: 0 }],
    [{ success: "false" }],
    [{}],
    [[{ ok: false }]],
    ["no error: yes"],
    [`Error: ${"x".repeat(420)}`],
    [{ content: [{ type: "text", text: "no error" }] }],
    [{ content: [{ type: "image", data: "Error: no" }] }],
    ["[1]"],
    [null],
    [undefined],
    [false],
    ["{ok:false}"],
    [`{"ok":false,"text":"${"x".repeat(20_000)}"}`],
  ])("%o", ([result]) => {
    expect(tellsFailure(result)).toBe(false);
  });

  test("a getter that throws", () => {
    expect(tellsFailure(hostile)).toBe(false);
  });
});

/** How the fourth call is judged where a tool has given this three times, by the rule about errors. */
function afterThree(result: unknown, options: GuardOptions["tools"] = {}) {
  const { lane } = fixture({ rules: only("error"), tools: options });
  for (let call = 0; call < 3; call += 1) {
    const [{ token }] = lane.admitSync([{ kind: "tool", tool: "use", args: call }]);
    lane.settleSync(token, { status: "success", result });
  }
  return lane.admitSync([{ kind: "tool", tool: "use", args: "next" }])[0].verdict;
}

const throws = () => {
  throw new Error("of the user's function");
};

describe("a failure that was returned as a success is a failure for the rules", () => {
  test.for<[shows: string, result: unknown, options: GuardOptions["tools"], verdict: string]>([
    ["as MCP tells it", { isError: true, content: [] }, {}, "warn"],
    ["in JSON", '{"success":false}', {}, "warn"],
    ["a success", { success: true }, {}, "allow"],
    ["isFailure", "nope", { use: { isFailure: (result) => result === "nope" } }, "warn"],
    ["isFailure that says no", { ok: false }, { use: { isFailure: () => false } }, "allow"],
    ["isFailure that throws", { ok: false }, { use: { isFailure: throws } }, "warn"],
    ["of another tool", "nope", { other: { isFailure: () => true } }, "allow"],
  ])("%s", ([, result, options, verdict]) => {
    expect(afterThree(result, options)).toBe(verdict);
  });

  test("guard calls isFailure before normalizeResult, and does not normalise a failure", () => {
    const seen: string[] = [];
    afterThree("nope", {
      use: {
        isFailure: () => seen.push("isFailure") > 0,
        normalizeResult: () => seen.push("normalizeResult"),
      },
    });
    expect(new Set(seen)).toEqual(new Set(["isFailure"]));
  });
});
