// Threads that several processes go on with: each has a graph and a registry of its own, on one saver.
import { createBreaker, createRegistry, type GuardOptions } from "@guard/core";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { listen } from "guard-test-support";
import { scriptedModel, useTool, type Answer } from "guard-test-support/langchain";
import type { GuardRecord } from "../../src/index.ts";
import { agentGraph } from "./graphs.ts";

export const configurable = { thread_id: "thread" };

/** A process: a graph and a registry of its own, on a saver that others use, too. */
export function startProcess(
  checkpointer: BaseCheckpointSaver,
  script: (turn: number) => Answer,
  options: GuardOptions = {},
  answer?: (q: string) => unknown,
) {
  const source = createRegistry({ preset: "strict", ...options });
  const events = listen(source);
  const model = scriptedModel(script, `process-${(processes += 1)}`);
  const used = useTool(answer);
  const graph = agentGraph({ model, tools: [used.tool], source, checkpointer });
  return { events, model, used, graph, source };
}
let processes = 0;

type Graph = ReturnType<typeof agentGraph>;

/** The checkpoints of the thread, the oldest first. */
export async function checkpointsOf(graph: Graph): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { config } of graph.getStateHistory({ configurable })) {
    ids.unshift(String(config.configurable?.["checkpoint_id"]));
  }
  return ids;
}

/** The record in the newest checkpoint, or in a named checkpoint. */
export async function recordAt(
  graph: Graph,
  checkpoint?: string,
): Promise<GuardRecord | undefined> {
  const at =
    checkpoint === undefined ? configurable : { ...configurable, checkpoint_id: checkpoint };
  const { values } = await graph.getState({ configurable: at });
  return (values as { guard?: GuardRecord }).guard;
}

/** What the run of a record has used. */
export const used = (record: GuardRecord | undefined) =>
  record && createBreaker({ restore: record.snapshot }).spending;
