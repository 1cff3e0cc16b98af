import type { Framework } from "../framework.ts";

/** One framework under one adapter. It is loaded where it is played, and nowhere else: it is large. */
export interface Entry {
  /** The adapter's package, without its scope. */
  readonly adapter: string;
  /** The framework's package, as it is imported. */
  readonly name: string;
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
    adapter: "openai-agents",
    name: "@openai/agents",
    load: async () => (await import("./openai-agents.ts")).openaiAgents,
  },
];

export const adapters: readonly string[] = [...new Set(frameworks.map(({ adapter }) => adapter))];
