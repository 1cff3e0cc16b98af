import { GuardError } from "@guard/core";
import { isAsyncFunction } from "./async-function.ts";
import type { CallRuns } from "./call-runs.ts";

/** An agent of the AI SDK: `ToolLoopAgent`, before version 6 `Experimental_Agent`, or an agent of your own. */
export interface GuardedAgent {
  readonly generate: (options: never) => unknown;
  readonly stream: (options: never) => unknown;
}

/** What a loop agent is made of, or what one of its calls or steps changes in that. */
interface Settings {
  readonly model?: unknown;
  readonly tools?: Record<string, object> | undefined;
  readonly prepareCall?: Prepare | undefined;
  readonly prepareStep?: Prepare | undefined;
  readonly onError?: unknown;
  readonly streamRetries?: unknown;
}

type Prepare = (options: unknown) => Settings | undefined | PromiseLike<Settings | undefined>;

/** How the parts of an agent are guarded. */
interface Parts {
  readonly model: (model: unknown) => unknown;
  readonly tools: (tools: Record<string, object>) => Record<string, object>;
}

const own = (value: unknown, enumerable = false) => ({
  value,
  enumerable,
  configurable: true,
  writable: true,
});

type Method = (options: unknown) => unknown;

/**
 * The same agent, except that each of its calls is a run, or a sub-agent's work inside a run. Agents of the AI SDK keep
 * their model and their tools in `settings`: guard guards them in a copy, and the agent that was given stays as it is.
 */
export function guardAgent<A extends GuardedAgent>(
  agent: A,
  parts: Parts,
  runs: CallRuns,
  name: string | undefined,
): A {
  const { settings } = agent as { readonly settings?: Settings };
  const guarded = settings && guardSettings(settings, parts);
  const copy = (changed?: Settings): A => {
    const descriptors = Object.getOwnPropertyDescriptors(agent);
    const made = Object.create(Object.getPrototypeOf(agent) as object | null, descriptors) as A;
    return changed ? Object.defineProperty(made, "settings", own(changed, true)) : made;
  };
  const made = copy(guarded);
  const streaming = guarded && copy(quiet(guarded));
  const selves = { generate: guarded ? made : agent, stream: streaming ?? agent };
  for (const method of ["generate", "stream"] as const) {
    const call = agent[method] as Method;
    // AI SDK 5 has no promise of a stream: it returns the stream at once.
    const isAsync = method === "generate" || isAsyncFunction(call);
    const inRun: Method = (options) =>
      runs.run(() => call.call(selves[method], options), name, isAsync);
    Object.defineProperty(made, method, own(inRun));
  }
  return made;
}

/** The same settings with guarded parts, also those that `prepareCall` and `prepareStep` bring in. */
function guardSettings(settings: Settings, parts: Parts): Settings {
  const { model, tools, prepareCall, prepareStep } = settings;
  const toGuarded = (made: Settings | undefined) => made && guardSettings(made, parts);
  const guarded =
    (prepare: Prepare): Prepare =>
    (options) => {
      const made = prepare.call(settings, options);
      return made && "then" in made ? made.then(toGuarded) : toGuarded(made);
    };
  return {
    ...settings,
    ...(model === undefined ? {} : { model: parts.model(model) }),
    ...(tools === undefined ? {} : { tools: parts.tools(tools) }),
    ...(prepareCall === undefined ? {} : { prepareCall: guarded(prepareCall) }),
    ...(prepareStep === undefined ? {} : { prepareStep: guarded(prepareStep) }),
  };
}

/**
 * Without an `onError`, `streamText` prints each error. Code that reads the stream gets guard's errors there, so guard keeps
 * them off the console. With `streamRetries`, any `onError` would change what the AI SDK tries again.
 */
function quiet(settings: Settings): Settings {
  const hasOwn = settings.onError !== undefined || settings.streamRetries !== undefined;
  return hasOwn ? settings : { ...settings, onError: printOthers };
}

function printOthers({ error }: { readonly error: unknown }): void {
  if (!GuardError.isInstance(error)) console.error(error);
}
