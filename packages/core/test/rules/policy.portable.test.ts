import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { policyFromName } from "../../src/rules/policy.ts";
import { play, times } from "../support/script.ts";

describe("what a tool's name tells", () => {
  test.for([
    ["read_file", "read"],
    ["listFiles", "read"],
    ["look_up", "read"],
    ["lookup", "read"],
    ["web-search", "read"],
    ["job_status", "polling"],
    ["git_status", "polling"],
    ["poll", "polling"],
    ["sendEmail", "mutating"],
    ["mcp__mail__send", "mutating"],
    ["mail.send", "mutating"],
    ["scroll_down", "paging"],
    ["next_page", "paging"],
    ["wait", "wait"],
    ["sleep", "wait"],
    ["waiter", "unknown"],
    ["sender", "unknown"],
    ["reader", "unknown"],
    ["__proto__", "unknown"],
    ["constructor", "unknown"],
    ["", "unknown"],
    [`${"x".repeat(10_000)}_status`, "unknown"],
  ])("%s: %s", ([name, policy]) => {
    expect(policyFromName(name!)).toBe(policy);
  });
});

describe("who has the last word about a tool", () => {
  const call = { kind: "tool", tool: "job_status", args: "J" } as const;
  const four = (breaker: ReturnType<typeof createBreaker>, policy?: "read") => {
    const lane = breaker.agent();
    return Array.from({ length: 4 }, () => {
      const [decision] = lane.admitSync([policy === undefined ? call : { ...call, policy }]);
      lane.settleSync(decision.token, { status: "success", result: "queued" });
      return decision.verdict;
    });
  };

  test("the name, where user and framework say nothing", () => {
    expect(four(createBreaker())).toEqual(["allow", "allow", "allow", "allow"]);
  });

  test("the call over the name", () => {
    expect(four(createBreaker(), "read")).toEqual(["allow", "allow", "warn", "block"]);
  });

  test("what is declared over both", () => {
    const breaker = createBreaker({ tools: { job_status: { policy: "exempt" } } });
    expect(four(breaker, "read")).toEqual(["allow", "allow", "allow", "allow"]);
  });

  test("a tool with a hostile name is judged like any other", () => {
    const verdicts = play(createBreaker(), times(4, "__proto__:A=1"));
    expect(verdicts).toBe(". . w b");
  });
});
