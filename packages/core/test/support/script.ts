import type { Breaker } from "../../src/breaker/breaker.ts";
import {
  ruleNames,
  type Decision,
  type Outcome,
  type RuleName,
  type DelegationCall,
  type ToolCall,
} from "../../src/vocabulary/call.ts";
import type { LadderChanges } from "../../src/options/ladders.ts";
import { letters } from "./breakers.ts";
import type { ManualClock } from "./clock.ts";

/**
 * Plays a run and tells the verdict of each call. Rounds are parted by spaces, calls of one round by
 * `+`.
 *
 * - `A=1`: the tool `use` is called with the arguments A and returns 1; `A!1`: it fails with 1
 * - `A?`: guard does not see what comes back; `A~`: it is still running when the script goes on
 * - `look:A=1`: the tool `look`; `x>A=1`: the agent x asks; `"hi"`: the user says hi
 * - `find:cheap,flights=1`: arguments of two words
 * - `x>>y=fix,it`: x hands the task "fix, it" to y; `x>>y=fix,it+z=fix,it`: to y and z at once;
 *   `x>>y=fix,it=done`: y comes back with done; `x>>y=fix,it!no`: it fails
 * - `'hi'`: a model is asked and answers hi; `x>'hi'`: for the agent x
 * - `@90s`: 90 seconds pass, on the clock that is given
 *
 * @example
 * play(breaker, "A=1 A=1 A=1 A=1"); // ". . w b"
 */
export function play(breaker: Breaker, script: string, clock?: ManualClock): string {
  return script
    .split(" ")
    .filter((step) => step !== "")
    .flatMap((step) => {
      const wait = /^@([\d.]+)s$/.exec(step)?.[1];
      if (wait !== undefined) {
        if (clock === undefined) throw new Error(`no clock for ${step}`);
        clock.advance(Number(wait) * 1_000);
        return [];
      }
      if (step.startsWith('"')) {
        breaker.agent("a").userMessage(step.slice(1, -1));
        return [];
      }
      return [verdictsOf(round(breaker, step))];
    })
    .join(" ");
}

function verdictsOf(decisions: readonly Decision[]): string {
  return decisions.map(({ verdict }) => letters[verdict]).join("");
}

function round(breaker: Breaker, step: string): readonly Decision[] {
  const [, agent = "a", rest] = /^(?:(\w+)>)?(.*)$/.exec(step)!;
  const lane = breaker.agent(agent);
  if (rest!.startsWith("'")) {
    const [decision] = lane.admitSync([{ kind: "model" }]);
    lane.settleSync(decision.token, { status: "success", result: rest!.slice(1, -1) });
    return [decision];
  }
  const calls = rest!.startsWith(">")
    ? rest!.slice(1).split("+").map(readHandoff)
    : rest!.split("+").map(read);
  const decisions: readonly Decision[] = lane.admitSync(calls.map(({ call }) => call));
  for (const [index, { token }] of decisions.entries()) {
    const { outcome } = calls[index]!;
    if (outcome !== undefined) lane.settleSync(token, outcome);
  }
  return decisions;
}

interface Asked {
  readonly call: ToolCall | DelegationCall;
  readonly outcome: Outcome | undefined;
}

function readHandoff(text: string): Asked {
  const [, to, task, sign, result] = /^(\w+)=([^=!]*)(?:([=!])(.*))?$/.exec(text)!;
  const call: DelegationCall = { kind: "delegation", to: to!, task };
  if (sign === undefined) return { call, outcome: { status: "success" } };
  return { call, outcome: cameBack(sign, result!) };
}

function read(text: string): Asked {
  const parts = /^(?:([^:]+):)?([\w,]+)(?:([=!])(.*)|([?~]))$/.exec(text);
  if (parts === null) throw new Error(`not a call: ${text}`);
  const [, tool = "use", args, sign, result, unseen] = parts;
  const call: ToolCall = { kind: "tool", tool, args };
  if (unseen === "~") return { call, outcome: undefined };
  if (unseen === "?") return { call, outcome: { status: "unknown" } };
  return { call, outcome: cameBack(sign!, result!) };
}

function cameBack(sign: string, result: string): Outcome {
  return sign === "=" ? { status: "success", result } : { status: "failure", error: result };
}

/** A script repeated: `times(3, "A=1")` is `A=1 A=1 A=1`. */
export const times = (count: number, script: string): string =>
  Array.from({ length: count }, () => script).join(" ");

/** Only these rules, by their default thresholds: the tests of one rule are not about the others. */
export function only(...names: readonly RuleName[]): LadderChanges {
  const others = ruleNames.filter((name) => !names.includes(name));
  return Object.fromEntries(others.map((name) => [name, false]));
}
