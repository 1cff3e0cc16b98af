import type { Call, Lane, Outcome, Verdict } from "@guard/core";
import { checkArgument, hasMethods } from "@guard/core/adapter";

const write = 'Write scriptedAgent(breaker.agent("researcher"), "A=1 A=1").';

/**
 * Plays a run that is written as a text, and returns the verdict of each call. The agent of the script ignores
 * refusals: it goes on with the next step.
 *
 * Spaces separate the steps. A step is one answer of the model. It asks for one call, or for several calls with `+` between
 * them:
 *
 * - `A=1`: the tool `use` is called with the arguments `"A"` and returns `"1"`
 * - `A!1`: it fails with the error `"1"`
 * - `A?`: it ends, but guard does not see the result
 * - `A~`: it starts and never ends
 * - `look:A=1`: the tool `look` instead of `use`
 * - `>writer=intro`: the agent hands the task `"intro"` to the agent `writer`
 *
 * Two kinds of steps stand alone:
 *
 * - `'done'`: the agent calls a model, which answers `done`
 * - `"hi there"`: the user says `hi there`. That is no call and has no verdict
 *
 * Names and arguments consist of letters, digits and `_`. A result contains no space and no `+`.
 *
 * @param lane the agent that asks: `breaker.agent("researcher")`
 * @param script the steps
 * @returns the verdicts of all calls, in the order of the script
 * @throws {OptionsError} if `lane` is no lane or `script` is no text
 * @throws {SyntaxError} naming the first step that is not one of these. No step has run then
 *
 * @example
 * const lane = createBreaker().agent();
 * await scriptedAgent(lane, "A=1 A=1 A=1 A=1"); // ["allow", "allow", "warn", "block"]
 */
export async function scriptedAgent(lane: Lane, script: string): Promise<readonly Verdict[]> {
  checkArgument(lane, {
    path: "lane",
    expected: "an agent of a breaker",
    fits: (value) => hasMethods(value, "admit", "settle"),
    write,
  });
  checkArgument(script, {
    path: "script",
    expected: "a text",
    fits: (value) => typeof value === "string",
    write,
  });
  const read = (script.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map(readStep);
  const verdicts: Verdict[] = [];
  for (const step of read) {
    if ("says" in step) lane.userMessage(step.says);
    else verdicts.push(...(await playRound(lane, step.asked)));
  }
  return verdicts;
}

interface Asked {
  readonly call: Call;
  /** Missing while the call is in flight. */
  readonly outcome?: Outcome;
}

const stepsHelp =
  "Steps are A=1, A!1, A?, A~, look:A=1, A=1+B=2, >writer=intro, 'done' and \"hi there\"";

type Step = { readonly says: string } | { readonly asked: readonly Asked[] };

async function playRound(lane: Lane, asked: readonly Asked[]): Promise<readonly Verdict[]> {
  const decisions = await lane.admit(asked.map(({ call }) => call));
  for (const [index, { outcome }] of asked.entries()) {
    const { token } = decisions[index]!;
    if (outcome !== undefined) await lane.settle(token, outcome);
  }
  return decisions.map(({ verdict }) => verdict);
}

function readStep(step: string): Step {
  const quoted = /^(["'])(.*)\1$/s.exec(step);
  if (quoted === null) return { asked: step.split("+").map(readCall) };
  const text = quoted[2]!;
  if (quoted[1] === '"') return { says: text };
  return { asked: [{ call: { kind: "model" }, outcome: { status: "success", result: text } }] };
}

function readCall(text: string): Asked {
  const handoff = /^>(\w+)=(.*)$/.exec(text);
  if (handoff !== null) {
    const [, to, task] = handoff;
    return { call: { kind: "delegation", to: to!, task }, outcome: { status: "success" } };
  }
  const parts = /^(?:(\w+):)?(\w+)(?:([=!])(.*)|([?~]))$/.exec(text);
  if (parts === null) throw new SyntaxError(`script: "${text}" is not a step. ${stepsHelp}`);
  const [, tool = "use", args, sign, result, unseen] = parts;
  const call: Call = { kind: "tool", tool, args };
  if (unseen === "~") return { call };
  if (unseen === "?") return { call, outcome: { status: "unknown" } };
  if (sign === "!") return { call, outcome: { status: "failure", error: result } };
  return { call, outcome: { status: "success", result } };
}
