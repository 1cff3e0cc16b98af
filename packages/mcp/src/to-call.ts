import { policyFromHints, type ToolCall, type ToolPolicy } from "@guard/core";
import { read } from "@guard/core/adapter";

/** The policies that a server's hints give its tools, by name. */
export type Hinted = Map<string, ToolPolicy>;

/** A server may list tools without end. */
const maxHinted = 10_000;

/** A tool call that the client is about to send. `server` stands before the tool's name. */
export function toCall(params: unknown, server: string | undefined, hinted: Hinted): ToolCall {
  const name = read(params, "name");
  const tool = typeof name === "string" ? name : "";
  const policy = hinted.get(tool);
  return {
    kind: "tool",
    tool: server === undefined ? tool : `${server}__${tool}`,
    args: read(params, "arguments") ?? {},
    ...(policy === undefined ? {} : { policy }),
  };
}

/** Learns from a list of tools, or from a page of the list. The first page begins anew. */
export function learn(hinted: Hinted, params: unknown, list: unknown): void {
  if (read(params, "cursor") === undefined) hinted.clear();
  const tools = read(list, "tools");
  if (!Array.isArray(tools)) return;
  for (const tool of tools) {
    const name = read(tool, "name");
    if (typeof name !== "string" || hinted.size >= maxHinted) continue;
    const policy = policyFromHints(read(tool, "annotations") ?? undefined, name);
    if (policy === undefined) hinted.delete(name);
    else hinted.set(name, policy);
  }
}
