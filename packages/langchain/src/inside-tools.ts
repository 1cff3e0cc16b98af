import { findScopesBy, LiveMap, Scope } from "@guard/core/adapter";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { enclosingTool, type Run } from "./run-tree.ts";

// Inside an agent's tools LangChain tells where code runs only once its async context is set up, as LangGraph
// does. A classic executor comes without LangGraph.
const hooks = globalThis.process?.getBuiltinModule?.("node:async_hooks");
if (hooks !== undefined) {
  AsyncLocalStorageProviderSingleton.initializeGlobalInstance(new hooks.AsyncLocalStorage());
}

/** Tools under way and what runs inside them, of all handlers, by LangChain's ids. */
const inside = new LiveMap<Run>(0);

/** What tells that a tool is no longer under way. */
const toolEnds = new WeakMap<Run, () => void>();

/** A run has begun. Agents of other frameworks that are asked inside its tool then find it. */
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

/** LangChain keeps the config of what runs in an async context of its own: that names the run around it. */
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
