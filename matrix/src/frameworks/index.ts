import type { Framework } from "../framework.ts";

/** One framework under one adapter. It is loaded where it is played, and nowhere else: it is large. */
export interface Entry {
  /** The adapter's package, without its scope. */
  readonly adapter: string;
  /** The framework's package, as it is imported. */
  readonly name: string;
  /** One of its modules, where the package as a whole can't be imported. */
  readonly module?: string;
  readonly load: () => Promise<Framework>;
}

export const frameworks: readonly Entry[] = [
  {
    adapter: "langchain",
    name: "langchain",
    load: async () => (await import("./langchain.ts")).langchainAgents,
  },
  {
    adapter: "langchain",
    name: "@langchain/classic",
    load: async () => (await import("./classic.ts")).classicExecutor,
  },
  {
    adapter: "langgraph",
    name: "@langchain/langgraph",
    load: async () => (await import("./langgraph.ts")).langgraphGraphs,
  },
  { adapter: "ai-sdk", name: "ai", load: async () => (await import("./ai-sdk.ts")).aiSdk },
  {
    adapter: "mastra",
    name: "@mastra/core",
    load: async () => (await import("./mastra.ts")).mastraAgents,
  },
  {
    adapter: "mcp",
    name: "@modelcontextprotocol/sdk",
    module: "@modelcontextprotocol/sdk/client/index.js",
    load: async () => (await import("./mcp.ts")).mcpClient,
  },
  {
    adapter: "openai-agents",
    name: "@openai/agents",
    load: async () => (await import("./openai-agents.ts")).openaiAgents,
  },
];

export const adapters: readonly string[] = [...new Set(frameworks.map(({ adapter }) => adapter))];
