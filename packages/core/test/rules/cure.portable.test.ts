import { describe, expect, test } from "vitest";
import { cureFor } from "../../src/rules/cure.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import { ruleNames, type RuleName } from "../../src/vocabulary/call.ts";
import type { ToolPolicy } from "../../src/vocabulary/tool-policy.ts";
import { only, play, times } from "../support/script.ts";

const call = (tool: string, policy: ToolPolicy = "unknown") =>
  ({ kind: "tool", tool, signature: "s", policy }) as const;

const cures: Readonly<Partial<Record<RuleName, string>>> = {
  "no-progress": 'policy: "polling"',
  repeat: 'policy: "polling"',
  signature: 'policy: "polling"',
  error: "thresholds: { error: false }",
  storm: "thresholds: { storm: false }",
  churn: "thresholds: { churn: false }",
  poll: 'policy: "exempt"',
  paging: "thresholds: { paging: false }",
  mutation: 'identity: ["the fields that tell one call from another"]',
  delegation: "thresholds: { delegation: false }",
  reassignment: "thresholds: { reassignment: false }",
};

describe("the line that would have let a call pass", () => {
  test.for(ruleNames)("%s", (rule) => {
    const declared = cures[rule];
    const line = declared === undefined ? undefined : `tools: { t: { ${declared} } }`;
    expect(cureFor(rule, call("t"))).toBe(line);
  });

  test("what mutates is not polled, but may be a step", () => {
    expect(cureFor("repeat", call("t", "mutating"))).toBe('tools: { t: { policy: "step" } }');
  });

  test.for<[tool: string, key: string]>([
    ["getBuild_2", "getBuild_2"],
    ["get-build", '"get-build"'],
    ["mail.send", '"mail.send"'],
    ["2nd", '"2nd"'],
    ["", '""'],
    ['a"\\n}', '"a\\"\\\\n}"'],
    ["a\nb", '"a\\nb"'],
    ["suche_gr\u00f6\u00dfe", '"suche_gr\\u00f6\\u00dfe"'],
    ["\u202egnp", '"\\u202egnp"'],
  ])("the name %j as a key", ([tool, key]) => {
    expect(cureFor("poll", call(tool))).toBe(`tools: { ${key}: { policy: "exempt" } }`);
  });

  test("a long name is cut", () => {
    expect(cureFor("poll", call("x".repeat(1_000)))!.length).toBeLessThan(120);
  });
});

/** The findings of the last call of a run that was refused, and of those that were warned about. */
function told(run: string, options: GuardOptions) {
  const breaker = createBreaker(options);
  const warned: (string | undefined)[] = [];
  const refused: (string | undefined)[] = [];
  breaker.on("warn", ({ finding }) => warned.push(finding.cure));
  breaker.on("block", ({ finding }) => refused.push(finding.cure));
  breaker.on("trip", ({ report }) => refused.push(report.finding.cure));
  play(breaker, run);
  return { warned: new Set(warned), refused: new Set(refused) };
}

describe("refusals and trips carry it, warnings don't", () => {
  test.for<[rule: RuleName, run: string, cure: string]>([
    ["no-progress", times(6, "A=1"), 'tools: { use: { policy: "polling" } }'],
    ["poll", times(23, "job_status:J=q"), 'tools: { job_status: { policy: "exempt" } }'],
    ["delegation", times(5, "a>>b=fix,it"), "tools: { b: { thresholds: { delegation: false } } }"],
  ])("%s", ([rule, run, cure]) => {
    expect(told(run, { rules: only(rule) })).toEqual({
      warned: new Set([undefined]),
      refused: new Set([cure]),
    });
  });
});
