import type { Call, Lane, Outcome, Verdict } from "@guard/core";

/**
 * Plays a run that is written as a text, and tells the verdict of each call. The agent of the script
 * ignores every refusal: it asks for what comes next in any case.
 *
 * Steps are parted by spaces. A step is one answer of the model, and asks for one call, or for several
 * at once, parted by `+`:
 *
 * - `A=1`: the tool `use` is called with the arguments `"A"` and returns `"1"`
 * - `A!1`: it fails with the error `"1"`
 * - `A?`: it comes back, but guard does not see the result
 * - `A~`: it is still under way when the script goes on
 * - `look:A=1`: the tool `look` instead of `use`
 * - `>writer=intro`: work is handed to the agent `writer`; the task is `"intro"`
 *
 * Two kinds of steps stand alone:
 *
 * - `'done'`: a model is asked, and answers `done`
 * - `"hi there"`: the user says `hi there`; no call, so no verdict
 *
 * Names and arguments are made of letters, digits and `_`; a result holds neither space nor `+`.
 *
 * @param lane who asks: `breaker.agent("researcher")`
 * @returns the verdicts of all calls, in the order in which they stand in the script
 * @throws {SyntaxError} for a step that it can't read, and names it; no step has run then
 *
 * @example
 * const lane = createBreaker().agent();
 * await scriptedAgent(lane, "A=1 A=1 A=1 A=1"); // ["allow", "allow", "warn", "block"]
 */
export async function scriptedAgent(lane: Lane, script: string): Promise<readonly Verdict[]> {
  const steps = (script.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map(readStep);
  const verdicts: Verdict[] = [];
  for (const step of steps) {
    if ("says" in step) lane.userMessage(step.says);
    else verdicts.push(...(await playRound(lane, step.asked)));
  }
  return verdicts;
}

interface Asked {
  readonly call: Call;
  /** Missing where the call is still under way. */
  readonly outcome?: Outcome;
}

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
  if (parts === null) throw new SyntaxError(`not a step of a script: ${text}`);
  const [, tool = "use", args, sign, result, unseen] = parts;
  const call: Call = { kind: "tool", tool, args };
  if (unseen === "~") return { call };
  if (unseen === "?") return { call, outcome: { status: "unknown" } };
  if (sign === "!") return { call, outcome: { status: "failure", error: result } };
  return { call, outcome: { status: "success", result } };
}
