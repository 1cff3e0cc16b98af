import type { ProviderTool, ToolRuns } from "../vocabulary/provider-tool.ts";
import { has } from "./figures.ts";
import { toolNamed } from "./provider-tools.ts";
import { read } from "./read.ts";

/**
 * Returns the tools that a request lets its provider run, once each, for `providerTools` of a model call. `undefined`
 * if there are none. It leaves out functions, which your program runs.
 *
 * @param tools the tools of the request, in the words of any framework or provider
 * @example
 * offeredTools([{ type: "web_search" }]); // { web_search: 1 }
 */
export function offeredTools(tools: unknown): ToolRuns | undefined {
  const offered = Array.isArray(tools) ? tools.map(offeredTool) : [];
  const known = offered.filter((tool) => tool !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known.map((tool) => [tool, 1]));
}

/** The keys of Gemini's own tools: `{ googleSearch: {} }`. */
const keys = ["googleSearch", "googleSearchRetrieval", "fileSearch", "codeExecution"].flatMap(
  (name) => [name, name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)],
);

function offeredTool(tool: unknown): ProviderTool | undefined {
  const type = read(tool, "type");
  switch (type) {
    case "provider": // AI SDK
    case "provider-defined": // AI SDK's V2
      return toolNamed(withoutProvider(read(tool, "id")));
    case "hosted_tool": // OpenAI Agents
      return toolNamed(read(tool, "providerData", "type") ?? read(tool, "name"));
    case undefined:
      return toolNamed(keys.find((key) => has(tool, key)));
    default: // OpenAI, Anthropic
      return toolNamed(type);
  }
}

/** `openai.web_search` is the provider's `web_search`. */
function withoutProvider(id: unknown): string | undefined {
  return typeof id === "string" ? id.slice(id.indexOf(".") + 1) : undefined;
}
