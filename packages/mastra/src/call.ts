import type { CircuitOpenError } from "@guard/core";
import { attachStop, currentScope, read, type Runs } from "@guard/core/adapter";
import { Suspended } from "./suspended.ts";
import type { CallOptions } from "./mastra.ts";
import { watchedOutput } from "./output.ts";
import { toolAround } from "./tools.ts";

type Call = (...args: readonly unknown[]) => unknown;

/** The methods that make an agent work. */
export const callMethods = ["generate", "stream", "resumeGenerate", "resumeStream"] as const;

/** What a call of an agent is part of. */
interface Part {
  readonly within: <T>(body: () => T) => T;
  /** The call has ended, with a result unless it has failed: returns what its caller must hear. */
  readonly end: (result?: object) => Promise<CircuitOpenError | undefined>;
}

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
export function guardCall(call: Call, caller: Caller): Call {
  return async (input, options) => {
    const part = partOf(caller, input, options);
    if (part === undefined) return call(input, options);
    const fail = async (error: unknown): Promise<never> => {
      const stop = await part.end();
      if (stop !== undefined) attachStop(error, stop);
      throw error;
    };
    return part.within(async () => {
      const guarded = withGuardedModel(options, caller);
      const result = (await guarded.then((own) => call(input, own)).catch(fail)) as object;
      const finished = read(result, "_waitUntilFinished");
      if (typeof finished === "function") {
        const over = (finished as () => Promise<void>).call(result);
        const end = async () => part.end(result);
        return watchedOutput(result, over.then(end, async () => part.end()));
      }
      const stop = await part.end(result);
      if (stop !== undefined) throw stop;
      return result;
    });
  };
}

function partOf(caller: Caller, input: unknown, options: unknown): Part | undefined {
  const { id, runs: runsNow } = caller;
  const runs = runsNow();
  const outer = currentScope();
  if (outer !== undefined && (runs === undefined || outer.run.owner === runs)) {
    const { run } = outer;
    const tool = toolAround(outer);
    if (tool !== undefined) run.handoffs.seeInside(tool, id);
    const instance = run.newKey();
    return {
      within: (body) => run.within(body, instance),
      end: async () => {
        run.endInstance(instance);
        return run.breaker.onTrip === "throw" ? run.stop : undefined;
      },
    };
  }
  const run = runs?.run(crypto.randomUUID());
  if (runs === undefined || run === undefined) return undefined;
  const suspended = runs.own(Suspended);
  suspended.resume(run, read(options, "runId"), input);
  return {
    within: (body) => run.within(body),
    end: async (result) => {
      if (result !== undefined) suspended.note(run, result);
      return run.end(result === undefined);
    },
  };
}

/** The options, with the model that makes structured output guarded: Mastra asks it behind the agent's back. */
async function withGuardedModel(options: unknown, { resolve }: Caller): Promise<unknown> {
  const { structuredOutput } = (options ?? {}) as CallOptions;
  if (structuredOutput?.model === undefined) return options;
  const model = await resolve(structuredOutput.model);
  return { ...(options as CallOptions), structuredOutput: { ...structuredOutput, model } };
}
