import { read, runTool, whatStopped } from "@guard/core/adapter";
import type { ApplyPatchTool, ComputerTool, ShellTool, Tool } from "@openai/agents";
import { asking, guarded } from "./asking.ts";
import { toLocalOutcome } from "./to-outcome.ts";

// What a shell, an editor or a computer throws becomes the call's result, or an empty screenshot.

const edits = ["createFile", "updateFile", "deleteFile"];
const moves = [
  "click",
  "doubleClick",
  "drag",
  "keypress",
  "move",
  "scroll",
  "type",
  "wait",
  "screenshot",
];

type Body = () => unknown;

/** Guards what runs on the user's machine, in place: a shell, an editor, a computer. What the provider runs has no body. */
export function guardLocalTool(tool: Tool): void {
  if (tool.type === "shell") guardActions(tool, tool.shell, ["run"]);
  if (tool.type === "apply_patch") guardActions(tool, tool.editor, edits);
  if (tool.type === "computer") guardComputer(tool);
}

/** One call is one action, which the SDK shows before the action runs. */
function guardActions(
  tool: ShellTool | ApplyPatchTool,
  object: object | undefined,
  names: readonly string[],
): void {
  const ids = new WeakMap<object, string | undefined>();
  const { needsApproval } = tool;
  tool.needsApproval = async (...args: Parameters<typeof needsApproval>) => {
    const [context, action, id] = args;
    ids.set(action, id);
    return needsApproval.call(tool, context, action as never, id);
  };
  guardMethods(object, names, async (body, args) => {
    const { agent } = asking() ?? {};
    if (agent === undefined) return body();
    const id = ids.get(args as object);
    const call = {
      kind: "tool",
      tool: tool.type,
      args,
      ...(id === undefined ? {} : { id }),
    } as const;
    return runTool(agent, call, body, { toOutcome: toLocalOutcome });
  });
}

/** One call may be several moves, and no model reads a refusal: only a stop keeps them back. */
function guardComputer(tool: ComputerTool): void {
  let current = tool.computer;
  guardMoves(current);
  // A computer that is made for a run is put here before it moves.
  const set = (computer: typeof current) => guardMoves((current = computer));
  Object.defineProperty(tool, "computer", {
    get: () => current,
    set,
    enumerable: true,
    configurable: true,
  });
}

function guardMoves(computer: unknown): void {
  guardMethods(computer, moves, async (body) => {
    const { run } = asking() ?? {};
    if (run?.latch.isStopped !== true) return body();
    throw run.stop ?? new Error(whatStopped(run)?.message);
  });
}

function guardMethods(
  object: unknown,
  names: readonly string[],
  around: (body: Body, first: unknown) => unknown,
): void {
  if (typeof object !== "object" || object === null || guarded.has(object)) return;
  guarded.add(object);
  for (const name of names) {
    const method = read(object, name);
    if (typeof method !== "function") continue;
    const value = (...args: unknown[]) =>
      around(() => method.apply(object, args) as unknown, args[0]);
    Reflect.defineProperty(object, name, { value, writable: true, configurable: true });
  }
}
