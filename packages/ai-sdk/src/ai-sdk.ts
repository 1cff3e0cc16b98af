import type { Breaker } from "@guard/core";
import { guardModel } from "./model.ts";
import { Run } from "./run.ts";
import type { GuardedModel, StepLike } from "./to-call.ts";
import { guardTool } from "./tools.ts";

export interface AIGuardOptions {
  /** The agent whose calls these are. Default: `agent`. */
  readonly agent?: string;
}

const onlyNamed =
  'guard.model() takes a model, such as openai("gpt-5-mini") or gateway("openai/gpt-5-mini"): ' +
  "one that is only named can't be guarded";

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
 * Give it a breaker of its own for each, or a function that finds it.
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
  breaker: Breaker | (() => Breaker),
  { agent }: AIGuardOptions = {},
): AIGuard {
  const breakerNow = typeof breaker === "function" ? breaker : () => breaker;
  const runs = new WeakMap<Breaker, Run>();
  const guarded = new WeakSet<object>();

  const runNow = () => {
    const current = breakerNow();
    const run = runs.get(current) ?? new Run(current, agent);
    runs.set(current, run);
    return run;
  };
  /** What is guarded already stays as it is: it would be counted twice. */
  const once = <T extends object>(value: T, guard: () => T): T => {
    if (guarded.has(value)) return value;
    const made = guard();
    guarded.add(made);
    return made;
  };
  if (typeof breaker !== "function") runNow();

  return {
    model: (model) => {
      if (typeof model !== "object") throw new TypeError(onlyNamed);
      return once(model, () => guardModel(model, runNow));
    },
    tools: <T extends Record<string, object>>(tools: T) =>
      Object.fromEntries(
        Object.entries(tools).map(([name, tool]) => [
          name,
          once(tool, () => guardTool(name, tool, runNow)),
        ]),
      ) as T,
    stopWhen: (options) => {
      try {
        const run = runNow();
        return run.isStopped && !run.hasAnswered(options?.steps.at(-1));
      } catch {
        return false; // no run here, so none that was stopped
      }
    },
    get signal() {
      return breakerNow().signal;
    },
  };
}
