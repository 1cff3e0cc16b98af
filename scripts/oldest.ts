import { join } from "node:path";

const packages = join(import.meta.dirname, "..", "packages");

/** Where the oldest supported versions of an adapter's frameworks are installed, and which imports are theirs. */
export interface Oldest {
  /** A file of the package that has them as its dependencies. */
  readonly importer: string;
  readonly pattern: RegExp;
  /** Files that take the place of imports: they export this version's functions under the names of another version. */
  readonly standIns?: Readonly<Record<string, string>>;
}

const inPackage = (adapter: string, file: string, directory = "oldest") =>
  join(packages, adapter, directory, file);
const manifestOf = (adapter: string, directory?: string) =>
  inPackage(adapter, "package.json", directory);

const aiSdk = /^(@ai-sdk\/|ai(\/|$))/;

/** The tests use the names of AI SDK 7. These files export older functions under the new names. */
const newNames = (directory: string) => ({
  ai: inPackage("ai-sdk", "ai.ts", directory),
  "ai/test": inPackage("ai-sdk", "ai-test.ts", directory),
});

/** The adapters that the tests run with several versions of their frameworks. */
export const oldest = {
  langchain: { importer: manifestOf("langchain"), pattern: /^(@langchain\/|langchain(\/|$))/ },
  langgraph: { importer: manifestOf("langgraph"), pattern: /^@langchain\// },
  mcp: { importer: manifestOf("mcp"), pattern: /^@modelcontextprotocol\/sdk\// },
  mastra: { importer: manifestOf("mastra"), pattern: /^@mastra\// },
  "openai-agents": { importer: manifestOf("openai-agents"), pattern: /^@openai\/agents/ },
  "ai-sdk": {
    importer: manifestOf("ai-sdk"),
    pattern: aiSdk,
    standIns: newNames("oldest"),
  },
  "ai-sdk-6": {
    importer: manifestOf("ai-sdk", "oldest-6"),
    pattern: aiSdk,
    standIns: newNames("oldest-6"),
  },
  "ai-sdk-7": { importer: manifestOf("ai-sdk", "oldest-7"), pattern: aiSdk },
} as const satisfies Readonly<Record<string, Oldest>>;
