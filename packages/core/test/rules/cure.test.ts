// The line that a refusal names, put into the options as it stands there, lets the same run through.
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import type { RuleName } from "../../src/vocabulary/call.ts";
import { only, play, times } from "../support/script.ts";

/** The cures of the calls of a run that were refused. */
function curesOf(run: string, options: GuardOptions): readonly (string | undefined)[] {
  const breaker = createBreaker(options);
  const cures: (string | undefined)[] = [];
  breaker.on("block", ({ finding }) => cures.push(finding.cure));
  breaker.on("trip", ({ report }) => cures.push(report.finding.cure));
  play(breaker, run);
  return cures;
}

/** Options as a user would paste them; as JSON, since objects of another realm are no plain ones. */
const pasted = (line: string): GuardOptions =>
  JSON.parse(runInNewContext(`JSON.stringify({ ${line} })`) as string) as GuardOptions;

test.for<[rule: RuleName, run: string]>([
  ["no-progress", times(6, "A=1")],
  ["repeat", times(8, "edit:A=1")],
  ["poll", times(23, "job_status:J=q")],
  ["error", times(9, "A!e")],
  ["storm", times(11, "A!e A!f")],
  ["paging", times(40, "next_page:A=end")],
  ["delegation", times(5, "a>>b=fix,it")],
  ["reassignment", times(5, "a>>b=fix,it")],
])("%s", ([rule, run]) => {
  const rules = only(rule);
  const [cure] = curesOf(run, { rules });
  expect(cure).toBeDefined();
  expect(curesOf(run, { rules, ...pasted(cure!) })).toEqual([]);
});
