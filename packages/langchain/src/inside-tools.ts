import { findScopesBy, LiveMap, Scope } from "@guard/core/adapter";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { enclosingTool, type Run } from "./run.ts";

// LangChain knows inside which tool code runs only if its async context is set up. LangGraph sets it up, but a program
// with a classic executor may not load LangGraph.
const hooks = globalThis.process?.getBuiltinModule?.("node:async_hooks");
if (hooks !== undefined) {
  AsyncLocalStorageProviderSingleton.initializeGlobalInstance(new hooks.AsyncLocalStorage());
}

/** The tools that run now and the runs inside them, of all handlers, by LangChain's ids. */
const inside = new LiveMap<Run>(0);

/** Functions that end a tool. */
const toolEnds = new WeakMap<Run, () => void>();

/** A run has begun. Agents of other frameworks inside its tool can find the run from now on. */
export function beginInside(run: Run): void {
  if (run.kind === "tool") toolEnds.set(run, run.root.guarded.beginTool());
  if (run.parent === undefined) inside.sweep(({ root }) => root.guarded.isOver());
  if (enclosingTool(run) !== undefined) inside.begin(run.id, run);
}

export function endInside(run: Run): void {
  toolEnds.get(run)?.();
  toolEnds.delete(run);
  inside.end(run.id);
}

/** The tool around the code that runs now. LangChain keeps the config of the current run in an async context. */
function scopeInTool(): Scope | undefined {
  const callbacks: unknown = AsyncLocalStorageProviderSingleton.getRunnableConfig()?.callbacks;
  const id = (
    callbacks as { getParentRunId?: () => string | undefined } | undefined
  )?.getParentRunId?.();
  const run = id === undefined ? undefined : inside.get(id);
  const tool = run && enclosingTool(run);
  if (run === undefined || tool === undefined) return undefined;
  return new Scope(run.root.guarded, { tool: { name: tool.name, agent: tool.speaker.agent } });
}

findScopesBy(scopeInTool);
