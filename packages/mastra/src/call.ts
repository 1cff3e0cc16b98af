import { read, type Runs } from "@guard/core/adapter";
import { delegated, routeBy, routerNow } from "./network.ts";
import { isStreamed, watchedOutput } from "./output.ts";
import { instanceOf, isInside, rootOf } from "./part.ts";
import type { Method } from "./replace.ts";

/** The methods that start an agent. */
export const callMethods = [
  "generate",
  "stream",
  "resumeGenerate",
  "resumeStream",
  "network",
  "resumeNetwork",
] as const;

const isResume = (method: string) => method.startsWith("resume");
const isNetwork = (method: string) => method === "network" || method === "resumeNetwork";

/** The agent whose method is called. */
export interface Caller {
  readonly id: string;
  /** The runs that its calls begin. `undefined`: its calls only take part in the runs of other agents. */
  readonly runs: () => Runs | undefined;
  /** Guards the models that the options of a call contain. */
  readonly guardOptions: (options: unknown) => unknown;
}

/**
 * The guarded method. A call inside another run is part of that run. Every other call is a root run.
 */
export function guardCall(method: string, call: Method, caller: Caller): Method {
  const played = async (input: unknown, options: unknown): Promise<unknown> => {
    const runs = caller.runs();
    const part = isInside(runs)
      ? instanceOf()
      : runs && rootOf(runs, isResume(method) ? read(options, "runId") : undefined, input);
    if (part === undefined) return call(input, options);
    return part.within(async () => {
      if (isNetwork(method)) routeBy(caller.id);
      const begin = async () => call(input, await caller.guardOptions(options));
      const result = (await begin().catch(part.fail)) as object;
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
