import { checkFunction } from "../breaker/check-arguments.ts";
import { noSuchOption } from "../options/fault-of.ts";
import { isPlainObject } from "../options/plain-object.ts";
import { received } from "../options/received.ts";
import { toolPolicies, type Outcome, type ToolCall, type ToolPolicy } from "../vocabulary/call.ts";
import { GuardError, OptionsError } from "../vocabulary/errors.ts";
import { read } from "./read.ts";
import { runTool } from "./run-tool.ts";
import { checkSource, type BreakerSource } from "./source.ts";
import { UnreportedRun } from "./unreported-run.ts";

/** How guard knows a function. */
export interface GuardedOptions {
  /**
   * The breaker that is asked, or a function that gives it at each call. Given a registry, the function has a breaker of
   * its own, unless it is called inside a run of this registry: then it has the breaker of that run.
   */
  readonly breaker: BreakerSource;
  /** The tool's name, as the options, events and refusals name it. */
  readonly name: string;
  /** The agent that calls it. Default: `"agent"`. */
  readonly agent?: string | undefined;
  /** What the tool does when it is called again. Default: what the options declare, else what the name tells. */
  readonly policy?: ToolPolicy | undefined;
}

/**
 * The same function, guarded: sync, async or a generator, with its types, its `this` and its properties. Guard is asked
 * before each call, and each call is a round of its own. A single argument is what tells calls apart, else the list of
 * all. `breaker.agent().userMessage(text)` begins a turn; so does a pause of `idleRunMs`.
 *
 * An `AbortError`, or an error after the abort of a `signal` among the arguments, says nothing about the tool; any
 * other error is its failure, and is thrown on. A warning is an event: `breaker.on("warn", …)`.
 *
 * @throws {TypeError} for a tool that is no function
 * @throws {OptionsError} for a `breaker` that is no source, and other bad options
 * @throws {CircuitOpenError} at a call, when the run is, or was, stopped: the function has not run. An async function
 *   rejects
 * @throws {CallRefusedError} at a call that is refused: the function has not run, and the message is for the model
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

/** What a generator brings is not known when it is returned. An async one is followed to its end before. */
function toOutcome(result: unknown): Outcome {
  return kindOf(result) === "[object Generator]"
    ? { status: "unknown" }
    : { status: "success", result };
}

const kindOf = (value: unknown) => Object.prototype.toString.call(value);
