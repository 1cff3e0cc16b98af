import { join } from "node:path";

const packages = join(import.meta.dirname, "..", "packages");

/** Where the oldest supported versions of an adapter's frameworks are installed, and which imports are theirs. */
export interface Oldest {
  /** A file of the package that has them as its dependencies. */
  readonly importer: string;
  readonly pattern: RegExp;
}

const manifestOf = (adapter: string) => join(packages, adapter, "oldest", "package.json");

/** The adapters whose frameworks are tested in two versions. */
export const oldest = {
  langchain: { importer: manifestOf("langchain"), pattern: /^(@langchain\/|langchain(\/|$))/ },
  langgraph: { importer: manifestOf("langgraph"), pattern: /^@langchain\// },
  mcp: { importer: manifestOf("mcp"), pattern: /^@modelcontextprotocol\/sdk\// },
  "ai-sdk": { importer: manifestOf("ai-sdk"), pattern: /^(@ai-sdk\/|ai(\/|$))/ },
  mastra: { importer: manifestOf("mastra"), pattern: /^@mastra\// },
  "openai-agents": { importer: manifestOf("openai-agents"), pattern: /^@openai\/agents/ },
} as const satisfies Readonly<Record<string, Oldest>>;
