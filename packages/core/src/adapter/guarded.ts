import { checkFunction } from "../options/check-value.ts";
import { noSuchOption } from "../options/fault-of.ts";
import { isPlainObject } from "../options/plain-object.ts";
import { received } from "../options/received.ts";
import type { Outcome, ToolCall } from "../vocabulary/call.ts";
import { toolPolicies, type ToolPolicy } from "../vocabulary/tool-policy.ts";
import { GuardError, OptionsError } from "../vocabulary/errors.ts";
import { read } from "./read.ts";
import { runTool } from "./run-tool.ts";
import { checkSource, type BreakerSource } from "./source.ts";
import { UnreportedRun } from "./unreported-run.ts";

/** Options of {@link guarded}. */
export interface GuardedOptions {
  /**
   * A registry, a breaker, or a function that returns the breaker of each call. With a registry, the function joins the
   * run in which you call it, and has a breaker of its own outside of all runs.
   */
  readonly breaker: BreakerSource;
  /** The tool's name, as in the option `tools`, in events and in refusals. */
  readonly name: string;
  /** The name of the agent that calls the function. Default: `"agent"`. */
  readonly agent?: string | undefined;
  /** How the tool behaves when it is called again. Default: the option `tools`, then what the name tells. */
  readonly policy?: ToolPolicy | undefined;
}

/**
 * Wraps a function, so that guard decides about each call before it runs. The result has the same types, `this` and
 * properties, whether the function is sync, async or a generator. Each call is a round of its own.
 *
 * Two calls are the same if their argument is the same; of several arguments, all. An error of the function is thrown
 * again and counts as a failure; an abort does not count. Warnings are events: `breaker.on("warn", …)`. A new turn of the
 * user begins with `breaker.agent().userMessage(text)`, and after a pause of `idleRunMs`.
 *
 * @throws {TypeError} for a tool that is no function
 * @throws {OptionsError} for a bad option, naming its value and what to write instead
 * @throws {CircuitOpenError} at a call, when guard stops the run or has stopped it: the function has not run. An async
 *   function rejects
 * @throws {CallRefusedError} at a call that guard refuses: the function has not run. The error's message is for the model
 *
 * @example
 * const breaker = createBreaker({ budget: { toolCalls: 100 } });
 * const search = guarded(searchDocs, { breaker, name: "search" });
 * await search({ query: "port" });
 */
export function guarded<F extends (...args: never[]) => unknown>(
  tool: F,
  options: GuardedOptions,
): F {
  checkFunction(tool, "tool", example);
  const { breaker, name, agent, policy } = checked(options);
  const run = new UnreportedRun(breaker);
  let isAsync = kindOf(tool) === "[object AsyncFunction]";
  return new Proxy(tool, {
    apply(target, self, args: unknown[]) {
      const call: ToolCall = {
        kind: "tool",
        tool: name,
        args: args.length > 1 ? args : args[0],
        ...(policy === undefined ? {} : { policy }),
      };
      const body = () => {
        const result: unknown = Reflect.apply(target, self, args);
        isAsync ||= result instanceof Promise;
        return result;
      };
      try {
        return runTool(run.agent(agent), call, body, { signal: signalIn(args), toOutcome });
      } catch (error) {
        if (isAsync && GuardError.isInstance(error)) return Promise.reject(error);
        throw error;
      }
    },
  });
}

const example = 'guarded(search, { breaker: registry, name: "search" })';
const optionNames = ["breaker", "name", "agent", "policy"];

/** @throws {OptionsError} naming every bad option, and what to write instead */
function checked(options: GuardedOptions): GuardedOptions {
  if (!isPlainObject(options)) {
    const what = `expected a plain object, received ${received(options)}`;
    throw new OptionsError([`options: ${what} (write ${example})`]);
  }
  const { breaker, name, agent = "agent", policy = "unknown", ...rest } = options;
  const faults = Object.keys(rest).map((key) => noSuchOption(key, optionNames));
  for (const [key, value] of Object.entries<unknown>({ name, agent })) {
    if (typeof value === "string" && value !== "") continue;
    const what = `expected a text that is not empty, received ${received(value)}`;
    faults.push(`${key}: ${what} (write ${example})`);
  }
  if (!toolPolicies.includes(policy)) {
    faults.push(`policy: expected one of ${toolPolicies.join(", ")}, received ${received(policy)}`);
  }
  if (faults.length > 0) throw new OptionsError(faults);
  checkSource(breaker, "breaker");
  return options;
}

function signalIn(args: readonly unknown[]): AbortSignal | undefined {
  const given = args.flatMap((arg) => [arg, read(arg, "signal")]);
  return given.find((one) => one instanceof AbortSignal);
}

/** guard does not see what a generator yields. It follows an async generator to its end. */
function toOutcome(result: unknown): Outcome {
  return kindOf(result) === "[object Generator]"
    ? { status: "unknown" }
    : { status: "success", result };
}

const kindOf = (value: unknown) => Object.prototype.toString.call(value);
