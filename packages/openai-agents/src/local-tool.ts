import { CallRefusedError, CircuitOpenError } from "@guard/core";
import { read, runTool, textsOf, withMethods } from "@guard/core/adapter";
import type { ApplyPatchTool, ComputerTool, ShellTool, Tool } from "@openai/agents";
import { asking, guarded } from "./asking.ts";
import { toLocalOutcome } from "./to-outcome.ts";

// The SDK makes a result, or an empty screenshot, of what a shell, an editor or a computer throws, and prints a line about
// it. guard gives that result itself, so nothing is printed.

const edits = ["createFile", "updateFile", "deleteFile"];
const moves = "click doubleClick drag keypress move scroll type wait screenshot".split(" ");

/** What the SDK makes of an error, for calls that don't run. */
const refused = {
  shell: (stderr: string) => ({
    output: [{ stdout: "", stderr, outcome: { type: "exit", exitCode: null } }],
  }),
  apply_patch: (output: string) => ({ status: "failed", output }),
} as const;

/** Guards a shell, an editor or a computer of the user, in place. A tool that the provider runs has no body to guard. */
export function guardLocalTool(tool: Tool): void {
  if (tool.type === "shell" && tool.shell !== undefined) {
    tool.shell = withMethods(tool.shell, actionsOf(tool, tool.shell, ["run"]));
  }
  if (tool.type === "apply_patch") {
    tool.editor = withMethods(tool.editor, actionsOf(tool, tool.editor, edits));
  }
  if (tool.type === "computer") guardComputer(tool);
}

/** The same methods, guarded. The SDK shows each action with the id of its call to `needsApproval` before it runs. */
function actionsOf(tool: ShellTool | ApplyPatchTool, object: object, names: readonly string[]) {
  const ids = new WeakMap<object, string | undefined>();
  const { needsApproval } = tool;
  tool.needsApproval = async (...args: Parameters<typeof needsApproval>) => {
    const [context, action, id] = args;
    ids.set(action, id);
    return needsApproval.call(tool, context, action as never, id);
  };
  return methodsOf(object, names, async (body, action) => {
    const { agent } = asking() ?? {};
    if (agent === undefined) return body();
    const id = ids.get(action as object);
    const asked = { kind: "tool", tool: tool.type, args: action } as const;
    const call = id === undefined ? asked : { ...asked, id };
    try {
      return await runTool(agent, call, body, { toOutcome: toLocalOutcome });
    } catch (error) {
      if (CallRefusedError.isInstance(error)) return refused[tool.type](error.message);
      if (!CircuitOpenError.isInstance(error)) throw error;
      return refused[tool.type](textsOf(agent.run).notRun(error.report));
    }
  });
}

/** The SDK may make a computer for each run. It puts the computer into the tool before the first move. */
function guardComputer(tool: ComputerTool): void {
  let current = tool.computer;
  const set = (computer: typeof current) => guardMoves((current = computer));
  const get = () => current;
  Object.defineProperty(tool, "computer", { get, set, enumerable: true, configurable: true });
  guardMoves(current);
}

/** Guards a computer in place. One call may be several moves, and the model can't read a refusal: only a stop holds them back. */
function guardMoves(computer: object): void {
  if (guarded.has(computer)) return;
  guarded.add(computer);
  const methods = methodsOf(computer, moves, async (body) => {
    const { run } = asking() ?? {};
    return run?.latch.isStopped === true ? "" : body(); // as a screenshot this is an empty one
  });
  for (const [name, value] of Object.entries(methods)) {
    Reflect.defineProperty(computer, name, { value, writable: true, configurable: true });
  }
}

type Method = (...args: readonly unknown[]) => unknown;

function methodsOf(
  object: object,
  names: readonly string[],
  around: (body: () => unknown, first: unknown) => unknown,
): Readonly<Record<string, Method>> {
  const methods: Record<string, Method> = {};
  for (const name of names) {
    const method = read(object, name);
    if (typeof method !== "function") continue;
    methods[name] = (...args) => around(() => method.apply(object, args) as unknown, args[0]);
  }
  return methods;
}
