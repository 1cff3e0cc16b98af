import { breakerIn, checkSource, isRegistry, LatestAnswers } from "@guard/core/adapter";
import type { BreakerSource } from "@guard/core/adapter";
import { guardAgent, type GuardedAgent } from "./agent.ts";
import { CallRuns } from "./call-runs.ts";
import { toMiddleware, type GuardMiddleware } from "./middleware.ts";
import { guardModel } from "./model.ts";
import { guardOther, type OtherModel } from "./other-models.ts";
import { guardProvider } from "./provider.ts";
import { toToolCall, type GuardedModel, type StepLike } from "./to-call.ts";
import { guardTool } from "./tools.ts";

export interface AIGuardOptions {
  /** The agent whose calls these are, where it has no name of its own. Default: `agent`. */
  readonly agent?: string;
}

const onlyNamed =
  'guard takes a model, such as openai("gpt-5-mini") or gateway("openai/gpt-5-mini"). For one that is only named, ' +
  "guard the provider that the AI SDK finds it with: globalThis.AI_SDK_DEFAULT_PROVIDER = guard.provider(gateway);";

const perCall =
  "guardAI() was given a function that makes a breaker for each call, so no call would count beside another. " +
  "Make one for each run: const breaker = registry.breaker(); const guard = guardAI(breaker);";

const alike =
  "guard can't tell two calls of one registry apart, whose models give the same ids after the same words, so each of their " +
  "steps counts as a run of its own. Say where a run begins: guard.run(() => generateText({ … }));";

const noSignal =
  "guard.signal is of one run, and a registry has many: make a guard of a breaker, guardAI(registry.breaker())";

/** What stops runs of the AI SDK. */
export interface AIGuard {
  /**
   * The same agent, guarded with its model and its tools. Each of its calls is a run; inside a guarded tool it is a
   * sub-agent of the run under way, and its work is a delegation. Its name is its `id`, unless you give one.
   */
  readonly agent: <A extends GuardedAgent>(agent: A, name?: string) => A;

  /**
   * The same model, guarded. Each call is asked for before it is paid; of an answer that stops the run
   * no tool is executed. Then `generateText` rejects with a `CircuitOpenError` and streams end in it. Takes language,
   * embedding and image models.
   */
  readonly model: <M extends OtherModel>(model: M) => M;

  /** The same tools, guarded: a refused call is not executed, and the model reads why. */
  readonly tools: <T extends Record<string, object>>(tools: T) => T;

  /**
   * The same provider: the models it gives are guarded. As `globalThis.AI_SDK_DEFAULT_PROVIDER` it guards those that are
   * only named.
   */
  readonly provider: <P extends object>(provider: P) => P;

  /** Guards the model below it: `wrapLanguageModel({ model, middleware: [...yours, guard.middleware] })`. */
  readonly middleware: GuardMiddleware;

  /**
   * Makes a call in a run: `guard.run(() => generateText({ … }))`. Of a registry it has a breaker of its own, and agents
   * in its tools belong to it.
   */
  readonly run: <T>(call: () => T) => T;

  /**
   * For `stopWhen`: true once the run was stopped and no guarded model will say so. Needed where
   * `prepareStep` brings in a model that is not guarded. Where the last step was a guarded model's it is
   * left to that model: its next call rejects, while a stop condition would end the run without an error.
   */
  readonly stopWhen: (options?: { readonly steps: readonly StepLike[] }) => boolean;

  /**
   * Aborted when the run is stopped, with the error as its reason.
   *
   * @throws {TypeError} for a registry, whose runs have a signal each
   */
  readonly signal: AbortSignal;
}

/**
 * Guards calls of the AI SDK. A registry gives each run a breaker: each call of an agent of `guard.agent`, each
 * `guard.run`, and else each call of `generateText` or `streamText`. A breaker is for one run, one conversation or one
 * crew; a function finds the breaker of the run under way.
 *
 * @throws {OptionsError} for what is no source, and for an `onTrip` that the AI SDK has no place for; of a registry its
 *   first run says that
 *
 * @example
 * const guard = guardAI(createRegistry({ budget: { modelCalls: 40 } }));
 * const agent = guard.agent(new ToolLoopAgent({ model: openai("gpt-5-mini"), tools: { search } }));
 * await agent.generate({ prompt: "Find the port." });
 */
export function guardAI(source: BreakerSource, { agent: name }: AIGuardOptions = {}): AIGuard {
  checkSource(source);
  const runs = new CallRuns(source, name);
  const [advice, mayFind] = isRegistry(source) ? [alike, true] : [perCall, false];
  const answers = new LatestAnswers(() => runs.agent(), advice, mayFind);
  const guarded = new WeakSet<object>();
  /** Leaves guarded objects as they are: guard would count them twice. */
  const once = <T extends object>(value: T, guard: () => T): T => {
    if (guarded.has(value)) return value;
    const made = guard();
    guarded.add(made);
    return made;
  };
  if (typeof source !== "function" && !isRegistry(source)) void runs.agent().run.breaker;

  const model = <M extends OtherModel>(one: M): M => {
    if (typeof one !== "object") throw new TypeError(onlyNamed);
    return once(one, () => {
      if ("doStream" in one) return guardModel(one as M & GuardedModel, answers, runs);
      return guardOther(one, "doEmbed" in one ? "embedding" : "image", runs);
    });
  };
  const tools = <T extends Record<string, object>>(all: T) =>
    Object.fromEntries(
      Object.entries(all).map(([tool, one]) => [
        tool,
        once(one, () => guardTool(tool, one, answers, runs)),
      ]),
    ) as T;
  return {
    agent: (agent, own = (agent as { id?: string }).id ?? name) =>
      once(agent, () =>
        guardAgent(
          agent,
          { model: (one) => model(byDefault(one) as OtherModel), tools },
          runs,
          own,
        ),
      ),
    model,
    tools,
    provider: (provider) =>
      once(provider, () => guardProvider(provider, (made) => model(made as OtherModel))),
    middleware: toMiddleware(model),
    run: (call) => runs.run(call),
    stopWhen: (options) => {
      const calls = (options?.steps.at(-1)?.toolCalls ?? []).map(toToolCall);
      try {
        const agent = runs.agent();
        return agent.run.latch.isStopped && !answers.isOf(agent, calls);
      } catch {
        return false; // no run here, so none that was stopped
      }
    },
    get signal() {
      if (isRegistry(source)) throw new TypeError(noSignal);
      return breakerIn(source).signal;
    },
  };
}

/** The model itself, or the one that the AI SDK's default provider gives by that name. */
function byDefault(model: unknown): unknown {
  if (typeof model !== "string") return model;
  const { AI_SDK_DEFAULT_PROVIDER: provider } = globalThis as { AI_SDK_DEFAULT_PROVIDER?: Named };
  if (provider === undefined) throw new TypeError(onlyNamed);
  return provider.languageModel(model);
}

interface Named {
  readonly languageModel: (id: string) => unknown;
}
