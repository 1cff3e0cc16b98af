import type { Breaker } from "../../src/breaker/breaker.ts";
import type { Call, Decision, Outcome } from "../../src/vocabulary/call.ts";

/** A call with what comes back if it is let through. */
export interface Made {
  readonly call: Call;
  readonly outcome: Outcome;
}

/** One step of a run: the calls of an answer, or something that the user says. */
export type Step =
  | { readonly agent: string; readonly calls: readonly Made[] }
  | { readonly agent: string; readonly says: string };

export type Run = Iterable<Step>;

const main = "assistant";

/** A tool that answers. */
export const gives = (tool: string, args: unknown, result: unknown): Made => ({
  call: { kind: "tool", tool, args },
  outcome: { status: "success", result },
});

/** A tool that fails. */
export const fails = (tool: string, args: unknown, error: unknown): Made => ({
  call: { kind: "tool", tool, args },
  outcome: { status: "failure", error },
});

/** One answer that asks for these calls at once. */
export const step = (...calls: readonly Made[]): Step => ({ agent: main, calls });

/** One answer of another agent. */
export const by = (agent: string, ...calls: readonly Made[]): Step => ({ agent, calls });

export const user = (says: string): Step => ({ agent: main, says });

export const handOff = (from: string, to: string, task: string): Step => ({
  agent: from,
  calls: [{ call: { kind: "delegation", to, task }, outcome: { status: "success" } }],
});

/** `count` steps, or as many groups of steps, made from their number. */
export const many = (count: number, make: (index: number) => Step | readonly Step[]): Step[] =>
  Array.from({ length: count }, (_, index) => make(index)).flat();

/** A decision with the number of its call in the run, from 1 on, and who asked for it. */
export interface Told {
  readonly call: number;
  readonly agent: string;
  readonly verdict: Decision["verdict"];
  readonly rules: readonly string[];
}

/** Plays a run of agents that ignore every refusal, and tells what was decided. */
export function decisionsOf(breaker: Breaker, run: Run): readonly Told[] {
  const told: Told[] = [];
  for (const next of run) {
    const lane = breaker.agent(next.agent);
    if ("says" in next) {
      lane.userMessage(next.says);
      continue;
    }
    const decisions: readonly Decision[] = lane.admitSync(next.calls.map(({ call }) => call));
    for (const { verdict, findings } of decisions) {
      const rules = findings.map((finding) => `${finding.rule} ${finding.verdict}`);
      told.push({ call: told.length + 1, agent: next.agent, verdict, rules });
    }
    for (const [index, { token }] of decisions.entries()) {
      lane.settleSync(token, next.calls[index]!.outcome);
    }
  }
  return told;
}
