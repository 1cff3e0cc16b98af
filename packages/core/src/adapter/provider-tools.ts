import { providerTools, type ProviderTool, type ToolRuns } from "../vocabulary/provider-tool.ts";
import { figureIn, preferred, toRows } from "./figures.ts";
import { read } from "./read.ts";
import { providerToolFields, providerToolNames } from "./usage-fields.ts";

const rows = providerTools.map((tool) => [tool, toRows(providerToolFields[tool])] as const);

/**
 * How often the provider ran tools of its own: by the answer's usage, else by a count of the answer's parts.
 * `undefined` if it ran none.
 */
export function toolRunsOf(
  places: readonly unknown[],
  parts: readonly unknown[],
): ToolRuns | undefined {
  const seen = runsIn(parts);
  const runs: Partial<Record<ProviderTool, number>> = {};
  for (const [tool, paths] of rows) {
    const told = preferred(places.flatMap((place) => paths.map((path) => figureIn(place, path))));
    const times = preferred([told, seen[tool]]);
    if (times !== undefined && times !== 0) runs[tool] = times;
  }
  return Object.keys(runs).length === 0 ? undefined : runs;
}

/** No answer has searched more often. */
const mostSearches = 1_000;

/** Each run counts once, also if several places of an answer show it. */
function runsIn(parts: readonly unknown[]): ToolRuns {
  const ids = new Map<ProviderTool, Set<unknown>>();
  const add = (tool: ProviderTool | undefined, id: unknown) => {
    if (tool !== undefined) ids.set(tool, (ids.get(tool) ?? new Set()).add(id));
  };
  for (const part of parts) {
    const queries = read(part, "webSearchQueries"); // Gemini's grounding
    const searches = Array.isArray(queries) ? Math.min(queries.length, mostSearches) : 0;
    for (let at = 0; at < searches; at += 1) add("web_search", read(queries, `${at}`));
    if (searches === 0) add(toolIn(part), read(part, "id") ?? read(part, "toolCallId") ?? part);
  }
  for (const part of parts) {
    if (isNoSearch(read(part, "result", "action"))) {
      ids.get("web_search")?.delete(read(part, "toolCallId"));
    }
  }
  return Object.fromEntries([...ids].map(([tool, runs]) => [tool, runs.size]));
}

/** The tool whose run a part of an answer shows. */
function toolIn(part: unknown): ProviderTool | undefined {
  switch (read(part, "type")) {
    case "tool-call": // AI SDK
      return read(part, "providerExecuted") === true
        ? toolNamed(read(part, "toolName"))
        : undefined;
    case "server_tool_use": // Anthropic
    case "server_tool_call": // LangChain
    case "hosted_tool_call": // OpenAI Agents
      return isNoSearch(read(part, "providerData", "action"))
        ? undefined
        : toolNamed(read(part, "name"));
    case "web_search_call": // OpenAI's responses
    case "file_search_call":
    case "code_interpreter_call":
      return isNoSearch(read(part, "action")) ? undefined : toolNamed(read(part, "type"));
    default:
      return undefined;
  }
}

/** OpenAI asks a fee for searches, and none for opening what they found. */
function isNoSearch(action: unknown): boolean {
  const type = read(action, "type");
  return type !== undefined && type !== "search";
}

/** The tool with this name of a provider or a framework. */
export function toolNamed(name: unknown): ProviderTool | undefined {
  if (typeof name !== "string") return undefined;
  return providerTools.find((tool) => providerToolNames[tool].test(name));
}
