import { OptionsError } from "@guard/core";
import { breakerIn, checkName, checkOptions, checkSource } from "@guard/core/adapter";
import { isRegistry, LatestAnswers } from "@guard/core/adapter";
import type { BreakerSource } from "@guard/core/adapter";
import { guardAgent, type GuardedAgent } from "./agent.ts";
import { CallRuns } from "./call-runs.ts";
import { check, checkTool } from "./check-argument.ts";
import { toMiddleware, type GuardMiddleware } from "./middleware.ts";
import { guardModel } from "./model.ts";
import { guardOther, type OtherModel } from "./other-models.ts";
import { guardProvider } from "./provider.ts";
import { toToolCall, type GuardedModel, type StepLike } from "./to-call.ts";
import { guardTool } from "./tools.ts";

/** Options of {@link guardAI}. All are optional. */
export interface AIGuardOptions {
  /**
   * The name of the agent in errors, events and reports. An agent's own `id` comes first. Default: `"agent"`.
   *
   * @example
   * const guard = guardAI(breaker, { agent: "researcher" });
   */
  readonly agent?: string;
}

const perCall =
  "the function that guardAI() has got makes a new breaker for each call, so each call would have a budget of its own. " +
  "Pass the registry: guardAI(registry). If runs need accounts, return the same breaker for all calls of a run.";

const alike =
  "the models of two calls at once give the same ids after the same prompt, so guard can't tell their steps apart and " +
  "counts each step as a run. Say where a run begins: guard.run(() => generateText({ … }));";

const noSignal =
  "guard.signal: a registry has many runs, and each has its own signal. " +
  "For one run, write const guard = guardAI(registry.breaker());";

const noCall =
  "guard.stopWhen is a condition: pass it, don't call it. Write stopWhen: [isStepCount(20), guard.stopWhen]";

/** What any guard of this process has made. */
const ofAllGuards = new WeakSet<object>();

/** Guards agents, models and tools of the AI SDK. Made by {@link guardAI}. */
export interface AIGuard {
  /**
   * Returns the same agent, with its model and its tools guarded. Each `generate` and each `stream` is a run. Inside a
   * guarded tool, the agent is a sub-agent: it works in the run of the outer agent and spends from the same budget.
   *
   * @param name the agent's name. Default: its `id`, else the `agent` option of `guardAI`
   * @throws {OptionsError} for anything but an agent, such as the settings of one
   *
   * @example
   * const agent = guard.agent(new ToolLoopAgent({ model: openai("gpt-5-mini"), tools: { search } }));
   * const { text } = await agent.generate({ prompt: "Find the port." });
   */
  readonly agent: <A extends GuardedAgent>(agent: A, name?: string) => A;

  /**
   * Returns the same language, embedding or image model, guarded. guard is asked before each call is paid for. When the
   * run is stopped, `generateText` rejects with a `CircuitOpenError` and no tool runs any more. Guard the tools too:
   * `guard.model` alone can stop a run, but can't refuse a single call.
   *
   * @throws {OptionsError} for a name or a provider in place of a model
   *
   * @example
   * await generateText({ model: guard.model(openai("gpt-5-mini")), tools: guard.tools({ search }), prompt });
   */
  readonly model: <M extends { readonly provider: string; readonly modelId: string }>(
    model: M,
  ) => M;

  /**
   * Returns the same tools, guarded. A refused call does not run, and the model reads why. Takes tools of every kind, those
   * of an MCP client too. Guard the model too: guard counts calls at the model's answers.
   *
   * @throws {OptionsError} for anything but an object of tools
   *
   * @example
   * const tools = guard.tools({ search, ...(await client.tools()) });
   */
  readonly tools: <T extends Record<string, object>>(tools: T) => T;

  /**
   * Returns the same provider: guard guards all models that it gives.
   *
   * @throws {OptionsError} for a model in place of its provider
   *
   * @example
   * const model = guard.provider(openai)("gpt-5-mini");
   * // for models that are only named, as in `model: "openai/gpt-5-mini"`:
   * globalThis.AI_SDK_DEFAULT_PROVIDER = guard.provider(gateway);
   */
  readonly provider: <P extends object>(provider: P) => P;

  /**
   * `guard.model` as a middleware. Put it last, next to the model.
   *
   * @example
   * const model = wrapLanguageModel({ model: openai("gpt-5-mini"), middleware: [logging, guard.middleware] });
   */
  readonly middleware: GuardMiddleware;

  /**
   * Calls the function and counts all that happens inside it as one run. Returns what the function returns. With a registry,
   * the run has a breaker of its own, which ends with the result.
   *
   * @throws {OptionsError} for a promise in place of a function (that call has begun already), and where no run can begin,
   *   such as for a missing account. For an `async` function the promise rejects
   *
   * @example
   * const { text } = await guard.run(() => generateText({ model, tools, prompt }));
   */
  readonly run: <T>(call: () => T) => T;

  /**
   * A condition for `stopWhen`: ends the loop after the step in which the run was stopped. You need it only where
   * `prepareStep` of `generateText` or `streamText` brings in a model that is not guarded: a guarded model ends the run
   * itself, with the error. Pass it, don't call it.
   *
   * @throws {OptionsError} when it is called without the steps of a run
   *
   * @example
   * await generateText({ model, tools, prompt, stopWhen: [isStepCount(20), guard.stopWhen] });
   */
  readonly stopWhen: (options: {
    readonly steps: readonly { readonly toolCalls: readonly object[] }[];
  }) => boolean;

  /**
   * Aborts when the run is stopped, with the error as its reason. It is for the work that guard does not see, such as your own
   * `fetch`. Needs a guard of a breaker.
   *
   * @throws {OptionsError} for a guard of a registry: each of its runs has its own signal
   *
   * @example
   * const guard = guardAI(registry.breaker());
   * await fetch(url, { signal: guard.signal });
   */
  readonly signal: AbortSignal;
}

/**
 * Makes a guard for agents of the AI SDK. Make one guard when your program starts, and use it for every request.
 *
 * What you give it says which calls share a budget. Of a registry, each call of a guarded agent, each `guard.run` and
 * each bare `generateText` or `streamText` has its own. Of a breaker, all calls share one: for a chat, or for a crew. A
 * function returns the breaker of the run that is under way.
 *
 * @throws {OptionsError} for anything else, for an unknown option, and for `onTrip: "route"`, which the AI SDK has no place
 *   for. With a registry, the first run throws the latter.
 *
 * @example
 * const guard = guardAI(createRegistry({ budget: { modelCalls: 40 } }));
 * const agent = guard.agent(new ToolLoopAgent({ model: openai("gpt-5-mini"), tools: { search } }));
 * const { text } = await agent.generate({ prompt: "Find the port." });
 */
export function guardAI(source: BreakerSource, options: AIGuardOptions = {}): AIGuard {
  checkSource(source);
  checkOptions(options, ["agent"], 'Write { agent: "researcher" }.');
  checkName(options.agent, "agent", 'Write { agent: "researcher" }.');
  const { agent: name } = options;
  const runs = new CallRuns(source, name);
  const [advice, mayFind] = isRegistry(source) ? [alike, true] : [perCall, false];
  const answers = new LatestAnswers(() => runs.agent(), advice, mayFind);
  const guarded = new WeakSet<object>();
  /** Leaves guarded objects as they are: guard would count them twice. */
  const once = <T extends object>(value: T, guard: () => T): T => {
    if (guarded.has(value)) return value;
    if (ofAllGuards.has(value)) runs.isGuardedTwice = true;
    const made = guard();
    guarded.add(made);
    ofAllGuards.add(made);
    return made;
  };
  if (typeof source !== "function" && !isRegistry(source)) void runs.agent().run.breaker;

  const model = <M extends OtherModel>(one: M, where?: string): M => {
    check("model", one, where);
    return once(one, () => {
      if (isLanguageModel(one)) return guardModel(one, answers, runs);
      return guardOther(one, "doEmbed" in one ? "embedding" : "image", runs);
    });
  };
  const tools = <T extends Record<string, object>>(all: T) => {
    check("tools", all);
    const pairs = Object.entries(all).map(([tool, one]) => {
      checkTool(tool, one);
      return [tool, once(one, () => guardTool(tool, one, answers, runs))] as const;
    });
    return Object.fromEntries(pairs) as T;
  };
  const ofAgent = (one: unknown) => model(byDefault(one) as OtherModel, "guard.agent(): its model");
  return {
    agent: (agent, own) => {
      check("agent", agent);
      checkName(own, "guard.agent(): name", 'Write guard.agent(agent, "researcher").');
      const id = own ?? (agent as { readonly id?: string }).id ?? name;
      return once(agent, () => guardAgent(agent, { model: ofAgent, tools }, runs, id));
    },
    model: (one) => model(one),
    tools,
    provider: (provider) => {
      check("provider", provider);
      return once(provider, () => guardProvider(provider, (made) => model(made as OtherModel)));
    },
    middleware: toMiddleware(model),
    run: (call) => {
      check("run", call);
      return runs.run(call);
    },
    stopWhen: (step) => {
      if (step === undefined) throw new OptionsError([noCall]);
      const calls = ((step.steps as readonly StepLike[]).at(-1)?.toolCalls ?? []).map(toToolCall);
      try {
        const agent = runs.agent();
        // A guarded model ends the run with the error. A condition would end it without one.
        return agent.run.latch.isStopped && !answers.isOf(agent, calls);
      } catch {
        return false; // no run is under way, so none was stopped
      }
    },
    get signal() {
      if (isRegistry(source)) throw new OptionsError([noSignal]);
      return breakerIn(source).signal;
    },
  };
}

/** Models that transcribe or speak may stream too: only language models have `supportedUrls`. */
function isLanguageModel(model: OtherModel): model is OtherModel & GuardedModel {
  return "doStream" in model && "supportedUrls" in model;
}

/** The model itself, or the one that the AI SDK's default provider gives by that name. */
function byDefault(model: unknown): unknown {
  const { AI_SDK_DEFAULT_PROVIDER: provider } = globalThis as { AI_SDK_DEFAULT_PROVIDER?: Named };
  return typeof model === "string" ? (provider?.languageModel(model) ?? model) : model;
}

interface Named {
  readonly languageModel: (id: string) => unknown;
}
