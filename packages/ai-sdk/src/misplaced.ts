import type { ToolCall } from "@guard/core";
import type { Agent, GuardedRun } from "@guard/core/adapter";
import type { CallRuns } from "./call-runs.ts";
import type { Message } from "./to-call.ts";
import { isResult, toOutcome } from "./to-outcome.ts";

const withoutTools =
  "a tool runs without guard.tools(), so guard can stop the run but can't refuse a call. " +
  "Write generateText({ model: guard.model(model), tools: guard.tools(tools), … })";

const isSpent =
  "the budget of this breaker is spent, so guard stops each further run that uses it. " +
  "To give each run its own budget, write guardAI(createRegistry({ budget: … }))";

/**
 * Tells of a tool that has run although guard has not wrapped it: a guarded model asked for the call, guard saw no start,
 * and the next request shows a result that is no error.
 *
 * @param calls the calls of the latest answer in the prompt
 */
export function tellUnguardedTools(
  agent: Agent,
  prompt: readonly Message[],
  calls: readonly ToolCall[],
  { clientTools }: CallRuns,
): void {
  const run = agent.run as GuardedRun;
  const isUnseen = ({ id, tool }: ToolCall) =>
    !clientTools.has(tool) &&
    run.asked.some(({ call, stage }) => {
      return stage === "asked" && call.kind === "tool" && call.id === id && call.tool === tool;
    });
  const unseen = new Set(calls.filter(isUnseen).map(({ id }) => id));
  if (unseen.size === 0) return;
  const results = prompt.flatMap(({ content }) => (typeof content === "string" ? [] : content));
  const hasRun = results.some(
    (part) => isResult(part) && unseen.has(part.toolCallId) && toOutcome(part).status === "success",
  );
  if (hasRun) run.misplaced("unguarded", agent.name, withoutTools);
}

/**
 * Tells of a breaker that is used for one run after the other and whose budget is spent: the agent that the budget has
 * stopped gets another question.
 */
export function tellSpentBreaker({ name, run }: Agent, prompt: readonly Message[]): void {
  const { account, agent } = run.breaker.trip?.finding ?? {};
  const isAnew = prompt.at(-1)?.role === "user" && agent === name;
  if (isAnew && account === "run") run.misplaced("shared-run", name, isSpent);
}
