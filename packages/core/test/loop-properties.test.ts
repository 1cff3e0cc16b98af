// What holds for the rules about loops, whatever a run does.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Lane } from "../src/breaker/lane.ts";
import { policyFromName } from "../src/evidence/policy.ts";
import { reasonOf } from "../src/rules/index.ts";
import { signature } from "../src/signature/sign.ts";
import { withoutAttempt } from "../src/signature/arguments.ts";
import { ruleNames, type Decision } from "../src/vocabulary/call.ts";
import { fixture } from "./support/breakers.ts";
import { only } from "./support/script.ts";
import {
  move,
  moves,
  toolRuns,
  type AskedTool,
  type Move,
  type ToolStep,
} from "./support/random-tools.ts";

const loopRules = ruleNames.filter((rule) => reasonOf[rule] === "loop");

/** Plays a run in which every success is another one. No call of a tool that mutates is made twice. */
function playNews(run: readonly ToolStep[]): readonly Decision[] {
  const { lane, clock } = fixture({ rules: only(...loopRules) });
  const made = new Set<string>();
  const isRepeated = ({ tool, args }: AskedTool) => {
    if (policyFromName(tool) !== "mutating") return false;
    const signed = signature(tool, withoutAttempt(args));
    if (made.has(signed)) return true;
    made.add(signed);
    return false;
  };
  let news = 0;
  const told: Decision[] = [];
  for (const step of run) {
    switch (step.do) {
      case "clock":
        clock.advance(step.by);
        break;
      case "user":
        lane.userMessage("go on");
        break;
      case "answer": {
        const [decision] = lane.admitSync([{ kind: "model" }]);
        lane.settleSync(decision.token, { status: "success", result: `answer ${(news += 1)}` });
        told.push(decision);
        break;
      }
      case "round": {
        const calls = step.calls.filter((call) => !isRepeated(call));
        const decisions: readonly Decision[] = lane.admitSync(
          calls.map(({ tool, args }) => ({ kind: "tool", tool, args })),
        );
        for (const [index, { token }] of decisions.entries()) {
          const result = `${calls[index]!.says} ${(news += 1)}`;
          lane.settleSync(token, { status: "success", result });
        }
        told.push(...decisions);
      }
    }
  }
  return told;
}

test("rules about loops never refuse a run whose successes all differ, with any names of tools", () => {
  fc.assert(
    fc.property(toolRuns, (run) => {
      for (const { verdict, findings } of playNews(run)) {
        expect(["allow", "warn"], JSON.stringify(findings)).toContain(verdict);
      }
    }),
    { numRuns: 200 },
  );
});

/** All rules, and none of them stops the run: its latch is everybody's. */
const neverOpen = Object.fromEntries(ruleNames.map((rule) => [rule, { open: false }]));

/** An agent, what it has still to do, and what it was told. */
interface Player {
  readonly lane: Lane;
  readonly todo: Move[];
  readonly told: string[];
}

/** The verdicts of two agents, each for itself, as they take turns like this. */
function played(first: readonly Move[], second: readonly Move[], isFirsts: readonly boolean[]) {
  const { breaker } = fixture({ rules: neverOpen });
  const agents: readonly Player[] = [
    { lane: breaker.agent("first"), todo: [...first], told: [] },
    { lane: breaker.agent("second"), todo: [...second], told: [] },
  ];
  const makeNext = ({ lane, todo, told }: Player) => {
    const next = todo.shift();
    if (next === undefined) return;
    const { verdict, findings } = move(lane, next);
    told.push([verdict, ...findings.map(({ rule, count }) => `${rule} ${count}`)].join());
  };
  for (const isFirst of isFirsts) makeNext(agents[isFirst ? 0 : 1]!);
  for (const agent of agents) while (agent.todo.length > 0) makeNext(agent);
  return agents.map(({ told }) => told);
}

test("guard judges unrelated agents as if each were alone", () => {
  fc.assert(
    fc.property(
      moves,
      moves,
      fc.array(fc.boolean(), { maxLength: 80, size: "max" }),
      (a, b, turns) => {
        const [alone] = played(a, [], []);
        const [, other] = played([], b, []);
        expect(played(a, b, turns)).toEqual([alone, other]);
      },
    ),
    { numRuns: 100 },
  );
});

test("refused calls are no evidence: more of them change no count", () => {
  fc.assert(
    fc.property(moves, fc.nat(3), (run, more) => {
      const { breaker } = fixture({ rules: neverOpen });
      const lane = breaker.agent("first");
      for (const next of run) {
        const { verdict, findings } = move(lane, next);
        if (verdict !== "block") continue;
        for (let again = 0; again < more; again += 1) {
          const once = move(lane, next);
          expect(once.verdict).toBe("block");
          expect(once.findings.map(({ rule }) => rule)).toEqual(findings.map(({ rule }) => rule));
          expect(once.findings[0]!.cost).toEqual(findings[0]!.cost);
        }
      }
    }),
    { numRuns: 100 },
  );
});
