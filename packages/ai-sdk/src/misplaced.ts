import type { ToolCall } from "@guard/core";
import type { Agent, GuardedRun } from "@guard/core/adapter";
import type { CallRuns } from "./call-runs.ts";
import { asksAnew, type Message } from "./to-call.ts";
import { isResult, toOutcome } from "./to-outcome.ts";

const withoutTools =
  "a tool runs without guard.tools(), so guard can stop the run but can't refuse a call. " +
  "Write generateText({ model: guard.model(model), tools: guard.tools(tools), … })";

const isSpent =
  "the budget of this breaker is spent, so guard stops each further run that uses it. " +
  "To give each run its own budget, write guardAI(createRegistry({ budget: … }))";

const isTwice =
  "two guards guard one model or one tool, so each of its calls counts twice. " +
  "Make one guard, const guard = guardAI(registry), and use it everywhere";

const goesOn =
  "the history of a question shows the calls of a stopped run, so guard takes the question for a part of that run. " +
  "Say where a run begins: guard.run(() => streamText({ … }))";

/**
 * Tells of a guard in the wrong place, as far as a request shows it.
 *
 * @param agent the agent that makes the request
 * @param calls the calls of the latest answer in the prompt
 */
export function tellMisplaced(
  agent: Agent,
  prompt: readonly Message[],
  calls: readonly ToolCall[],
  runs: CallRuns,
): void {
  const { name, run } = agent;
  if (runs.isGuardedTwice) run.misplaced("guarded-twice", name, isTwice);
  const isUnseen = (call: ToolCall) => isUnstarted(run as GuardedRun, call);
  const unseen = calls.filter((call) => !runs.clientTools.has(call.tool) && isUnseen(call));
  if (unseen.some(({ id }) => successes(prompt).has(id))) {
    run.misplaced("unguarded", name, withoutTools);
  }
  if (runs.isInner || !asksAnew(prompt)) return;
  const { account, agent: stopped } = run.breaker.trip?.finding ?? {};
  if (!run.ownsBreaker && account === "run" && stopped === name) {
    run.misplaced("shared-run", name, isSpent);
  }
  const isBare = run.ownsBreaker && runs.place === undefined;
  if (isBare && calls.length > 0 && run.latch.isStopped) {
    run.misplaced("breaker-per-call", name, goesOn);
  }
}

/** The ids of the calls that have succeeded. */
function successes(prompt: readonly Message[]): ReadonlySet<string | undefined> {
  const parts = prompt.flatMap(({ content }) => (typeof content === "string" ? [] : content));
  const results = parts.filter(isResult).filter((part) => toOutcome(part).status === "success");
  return new Set(results.map(({ toolCallId }) => toolCallId));
}

/** Whether a call was asked for, and guard has seen no tool start for it. */
function isUnstarted({ asked }: GuardedRun, { id, tool }: ToolCall): boolean {
  return asked.some(({ call, stage }) => {
    return stage === "asked" && call.kind === "tool" && call.id === id && call.tool === tool;
  });
}
