import { read, runTool, textsOf, whatStopped, withMethods } from "@guard/core/adapter";
import type { ApplyPatchTool, ComputerTool, ShellTool, Tool } from "@openai/agents";
import { asking, guarded } from "./asking.ts";
import { toLocalOutcome } from "./to-outcome.ts";

// What a shell, an editor or a computer throws becomes the call's result, or an empty screenshot.

const edits = ["createFile", "updateFile", "deleteFile"];
const moves = "click doubleClick drag keypress move scroll type wait screenshot".split(" ");

/** Guards what runs on the user's machine, in place: a shell, an editor, a computer. What the provider runs has no body. */
export function guardLocalTool(tool: Tool): void {
  if (tool.type === "shell" && tool.shell !== undefined) {
    tool.shell = withMethods(tool.shell, actionsOf(tool, tool.shell, ["run"]));
  }
  if (tool.type === "apply_patch") {
    tool.editor = withMethods(tool.editor, actionsOf(tool, tool.editor, edits));
  }
  if (tool.type === "computer") guardComputer(tool);
}

/** The same methods, guarded. One call is one action, which the SDK shows with the call's id before it runs. */
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
    return runTool(agent, call, body, { toOutcome: toLocalOutcome });
  });
}

/** A computer that is made for a run is put into its tool before it moves. */
function guardComputer(tool: ComputerTool): void {
  let current = tool.computer;
  const set = (computer: typeof current) => guardMoves((current = computer));
  const get = () => current;
  Object.defineProperty(tool, "computer", { get, set, enumerable: true, configurable: true });
  guardMoves(current);
}

/** Guards a computer in place. One call may be several moves, and no model reads a refusal: only a stop keeps them back. */
function guardMoves(computer: object): void {
  if (guarded.has(computer)) return;
  guarded.add(computer);
  const methods = methodsOf(computer, moves, async (body) => {
    const { run } = asking() ?? {};
    if (run?.latch.isStopped !== true) return body();
    throw run.stop ?? whatStopped(run) ?? new Error(textsOf(run).stopped(undefined));
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
