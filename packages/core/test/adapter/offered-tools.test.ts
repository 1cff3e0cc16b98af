// The tools that a request lets its provider run, as each framework and provider writes them down.
import { expect, test } from "vitest";
import { offeredTools } from "../../src/adapter/offered-tools.ts";
import type { ToolRuns } from "../../src/vocabulary/provider-tool.ts";

const search = { web_search: 1 };
const files = { file_search: 1 };
const code = { code_execution: 1 };

test.for<readonly [string, tools: readonly unknown[], ToolRuns]>([
  ["OpenAI", [{ type: "web_search" }], search],
  ["OpenAI's preview", [{ type: "web_search_preview_2025_03_11" }], search],
  ["OpenAI", [{ type: "file_search", vector_store_ids: ["v"] }], files],
  ["OpenAI", [{ type: "code_interpreter", container: { type: "auto" } }], code],
  ["Anthropic", [{ type: "web_search_20250305", name: "web_search", max_uses: 3 }], search],
  ["Anthropic", [{ type: "code_execution_20250825", name: "code_execution" }], code],
  ["Gemini", [{ googleSearch: {} }, { codeExecution: {} }], { ...search, ...code }],
  ["Gemini", [{ google_search_retrieval: {} }, { file_search: {} }], { ...search, ...files }],
  ["AI SDK", [{ type: "provider", id: "openai.web_search", name: "look", args: {} }], search],
  ["AI SDK", [{ type: "provider", id: "google.google_search", name: "look", args: {} }], search],
  ["AI SDK", [{ type: "provider", id: "openai.code_interpreter", name: "c", args: {} }], code],
  ["AI SDK's V2", [{ type: "provider-defined", id: "anthropic.web_search_20250305" }], search],
  ["OpenAI Agents", [{ type: "hosted_tool", name: "web_search" }], search],
  [
    "OpenAI Agents, renamed",
    [{ type: "hosted_tool", name: "files", providerData: { type: "file_search" } }],
    files,
  ],
  ["a tool that is offered twice", [{ type: "web_search" }, { type: "web_search" }], search],
])("%s: %j", ([, tools, offered]) => {
  expect(offeredTools(tools)).toEqual(offered);
});

const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error("read");
    },
    has: () => {
      throw new Error("asked");
    },
  },
);

test.for<readonly [string, tools: unknown]>([
  ["no tools", undefined],
  ["an empty list", []],
  ["a function of OpenAI's", [{ type: "function", function: { name: "web_search" } }]],
  ["a function of the AI SDK's", [{ type: "function", name: "web_search", inputSchema: {} }]],
  ["a function of Anthropic's", [{ name: "web_search", input_schema: {} }]],
  ["a function of Gemini's", [{ functionDeclarations: [{ name: "googleSearch" }] }]],
  ["a tool that the program runs for a provider", [{ type: "bash_20250124", name: "bash" }]],
  ["what is no list", { type: "web_search" }],
  ["what is no tool", [null, 5, "web_search", { type: 5 }, { type: "provider", id: Symbol("x") }]],
  ["what throws when it is read", [hostile]],
])("%s offers no tools of the provider", ([, tools]) => {
  expect(offeredTools(tools)).toBeUndefined();
});
