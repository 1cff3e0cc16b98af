import type { CallRuns } from "./call-runs.ts";

/** An agent of the AI SDK: `ToolLoopAgent`, before version 6 `Experimental_Agent`, or one of your own. */
export interface GuardedAgent {
  readonly generate: (options: never) => unknown;
  readonly stream: (options: never) => unknown;
}

/** What a loop agent is made of. */
interface Settings {
  readonly model?: unknown;
  readonly tools?: Record<string, object> | undefined;
}

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
 * The same agent, except that each of its calls is a run, or an agent inside a run. Where it keeps its model and its
 * tools in `settings`, as the AI SDK's own agents do, these are guarded; the agent that was given stays as it is.
 */
export function guardAgent<A extends GuardedAgent>(
  agent: A,
  { model, tools }: Parts,
  runs: CallRuns,
  name: string | undefined,
): A {
  if (typeof agent.generate !== "function" || typeof agent.stream !== "function") {
    throw new TypeError("guard.agent() takes an agent, such as new ToolLoopAgent({ … })");
  }
  const settings = (agent as { settings?: Settings }).settings;
  const descriptors = Object.getOwnPropertyDescriptors(agent);
  const parts = settings && {
    ...settings,
    model: model(settings.model),
    ...(settings.tools === undefined ? {} : { tools: tools(settings.tools) }),
  };
  const made = Object.create(Object.getPrototypeOf(agent) as object | null, descriptors) as A;
  if (parts !== undefined) {
    Object.defineProperty(made, "settings", own(parts, true));
  }
  for (const method of ["generate", "stream"] as const) {
    const call = agent[method] as Method;
    const inRun: Method = (options) =>
      runs.run(() => call.call(parts === undefined ? agent : made, options), name);
    Object.defineProperty(made, method, own(inRun));
  }
  return made;
}
