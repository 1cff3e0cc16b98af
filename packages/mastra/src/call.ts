import { read, type Runs } from "@guard/core/adapter";
import { delegated, routeBy, routerNow } from "./network.ts";
import { isStreamed, watchedOutput } from "./output.ts";
import { instanceOf, isInside, rootOf } from "./part.ts";
import type { Method } from "./replace.ts";

/** The methods that make an agent work. */
export const callMethods = [
  "generate",
  "stream",
  "resumeGenerate",
  "resumeStream",
  "network",
  "resumeNetwork",
] as const;

const isNetwork = (method: string) => method === "network" || method === "resumeNetwork";

/** Whose method it is, and what guards what it brings along. */
export interface Caller {
  readonly id: string;
  /** The runs that its calls begin; none where they take part in those of others. */
  readonly runs: () => Runs | undefined;
  /** Makes a guarded model of what stands for one. */
  readonly resolve: (model: unknown) => Promise<unknown>;
}

/**
 * The same method, each call of which is a root run, or part of the run in which it is made: of an agent inside a tool.
 */
export function guardCall(method: string, call: Method, caller: Caller): Method {
  const played = async (input: unknown, options: unknown): Promise<unknown> => {
    const runs = caller.runs();
    const part = isInside(runs)
      ? instanceOf(caller.id)
      : runs && rootOf(runs, read(options, "runId"), input);
    if (part === undefined) return call(input, options);
    return part.within(async () => {
      if (isNetwork(method)) routeBy(caller.id);
      const guarded = withGuardedModel(options, caller);
      const result = (await guarded.then((own) => call(input, own)).catch(part.fail)) as object;
      const end = async () => part.end(result);
      if (isStreamed(result)) return watchedOutput(result, end);
      const stop = await end();
      if (stop !== undefined) throw stop;
      return result;
    });
  };
  return async (input, options) => {
    const router = routerNow();
    if (router === undefined) return played(input, options);
    return delegated(router, caller.id, input, async () => played(input, options));
  };
}

/** The options, with the model that makes structured output guarded: Mastra asks it behind the agent's back. */
async function withGuardedModel(options: unknown, { resolve }: Caller): Promise<unknown> {
  const model = read(options, "structuredOutput", "model");
  if (model === undefined) return options;
  const { structuredOutput, ...others } = options as { readonly structuredOutput: object };
  return { ...others, structuredOutput: { ...structuredOutput, model: await resolve(model) } };
}
