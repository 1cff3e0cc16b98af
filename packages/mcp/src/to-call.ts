import { policyFromHints, type ToolCall, type ToolHints } from "@guard/core";
import { read } from "@guard/core/adapter";

/** What servers say about their tools, by name. */
export type Hints = Map<string, ToolHints>;

/** A tool call as it is about to be sent. `server` stands before the tool's name. */
export function toCall(params: unknown, server: string | undefined, hints: Hints): ToolCall {
  const own = read(params, "name");
  const tool = typeof own === "string" ? own : "";
  const policy = policyFromHints(hints.get(tool), tool);
  return {
    kind: "tool",
    tool: server === undefined ? tool : `${server}__${tool}`,
    args: read(params, "arguments") ?? {},
    ...(policy === undefined ? {} : { policy }),
  };
}

/** Takes in a list of tools. What a first page does not name any more is forgotten. */
export function learnHints(hints: Hints, params: unknown, list: unknown): void {
  const tools = read(list, "tools");
  if (!Array.isArray(tools)) return;
  if (read(params, "cursor") === undefined) hints.clear();
  for (const tool of tools) {
    const name = read(tool, "name");
    const annotations = read(tool, "annotations");
    if (typeof name !== "string") continue;
    if (typeof annotations === "object" && annotations !== null) hints.set(name, annotations);
    else hints.delete(name);
  }
}
