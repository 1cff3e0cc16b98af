import type { Breaker } from "@guard/core";
import { breakerIn, LatestAnswers, runsOf } from "@guard/core/adapter";
import { guardModel } from "./model.ts";
import { toToolCall, type GuardedModel, type StepLike } from "./to-call.ts";
import { guardTool } from "./tools.ts";

export interface AIGuardOptions {
  /** The agent whose calls these are. Default: `agent`. */
  readonly agent?: string;
}

const onlyNamed =
  'guard.model() takes a model, such as openai("gpt-5-mini") or gateway("openai/gpt-5-mini"): ' +
  "one that is only named can't be guarded";

const perCall =
  "guardAI() was given a function that makes a breaker for each call, so no call would count beside another. " +
  "Make one for each run: const breaker = registry.breaker(); const guard = guardAI(breaker);";

/** What stops one run of the AI SDK. */
export interface AIGuard {
  /**
   * The same model, guarded. Each call is asked for before it is paid; of an answer that stops the run
   * no tool is executed. Then `generateText` rejects with a `CircuitOpenError` and streams end in it.
   */
  readonly model: <M extends GuardedModel>(model: M) => M;

  /** The same tools, guarded: a refused call is not executed, and the model reads why. */
  readonly tools: <T extends Record<string, object>>(tools: T) => T;

  /**
   * For `stopWhen`: true once the run was stopped and no guarded model will say so. Needed where
   * `prepareStep` brings in a model that is not guarded. Where the last step was a guarded model's it is
   * left to that model: its next call rejects, while a stop condition would end the run without an error.
   */
  readonly stopWhen: (options?: { readonly steps: readonly StepLike[] }) => boolean;

  /** Aborted when the run is stopped, with the error as its reason. */
  readonly signal: AbortSignal;
}

/**
 * Guards one run: one call of `generateText` or `streamText`, one run of an agent, or one conversation.
 * Give it a breaker of its own for each, or a function that finds the breaker of the run under way.
 *
 * @throws {OptionsError} for what is no breaker, and for an `onTrip` that the AI SDK has no place for
 *
 * @example
 * const guard = guardAI(registry.breaker());
 * await generateText({
 *   model: guard.model(openai("gpt-5-mini")),
 *   tools: guard.tools({ search }),
 *   stopWhen: [isStepCount(20), guard.stopWhen],
 *   prompt: "Find the port.",
 * });
 */
export function guardAI(
  source: Breaker | (() => Breaker),
  { agent: name }: AIGuardOptions = {},
): AIGuard {
  const agentNow = () => {
    const breaker = breakerIn(source);
    const runs = runsOf(breaker, { exits: ["finish", "wind-down"] });
    return runs.run(breaker.id, { isReported: false }).agent(name);
  };
  const answers = new LatestAnswers(agentNow, perCall);
  const guarded = new WeakSet<object>();
  /** Leaves guarded objects as they are: guard would count them twice. */
  const once = <T extends object>(value: T, guard: () => T): T => {
    if (guarded.has(value)) return value;
    const made = guard();
    guarded.add(made);
    return made;
  };
  if (typeof source !== "function") agentNow();

  return {
    model: (model) => {
      if (typeof model !== "object") throw new TypeError(onlyNamed);
      return once(model, () => guardModel(model, answers));
    },
    tools: <T extends Record<string, object>>(tools: T) =>
      Object.fromEntries(
        Object.entries(tools).map(([tool, one]) => [
          tool,
          once(one, () => guardTool(tool, one, answers)),
        ]),
      ) as T,
    stopWhen: (options) => {
      const calls = (options?.steps.at(-1)?.toolCalls ?? []).map(toToolCall);
      try {
        const agent = agentNow();
        return agent.run.latch.isStopped && !answers.isOf(agent, calls);
      } catch {
        return false; // no run here, so none that was stopped
      }
    },
    get signal() {
      return breakerIn(source).signal;
    },
  };
}
