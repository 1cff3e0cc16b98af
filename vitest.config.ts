import { configDefaults, defineConfig } from "vitest/config";
import { oldest } from "./scripts/oldest.ts";
import { plainLine } from "./scripts/plain-reporter.ts";
import { resolveFrom } from "./scripts/resolve-from.ts";

/** The tests of one directory of the workspace. */
function project(name: string, root: string, include = "test/**/*.test.ts") {
  const exclude = [...configDefaults.exclude, "**/scale.test.ts"]; // vitest.scale.config.ts has those
  return { extends: true as const, test: { name, root, include: [include], exclude } };
}

/** The same for tests of a large framework: all their files load it once together. */
function framework(name: string, root: string) {
  const { extends: inherit, test } = project(name, root);
  return { extends: inherit, test: { ...test, isolate: false } };
}

/** The same tests with the oldest versions of its frameworks that an adapter's peer range allows. */
function onOldest(adapter: keyof typeof oldest) {
  return onVersion(`${adapter}:oldest`, adapter, adapter);
}

/** What older versions leave out: a worker bundles the newest AI SDK by itself, the MCP client's tools don't fit AI SDK 5, and the oldest OpenAI Agents SDK has no sandboxes. */
const newestOnly = (versions: keyof typeof oldest) => [
  "test/edge/**",
  ...(versions === "ai-sdk" ? ["test/mcp.test.ts"] : []),
  ...(versions === "openai-agents" ? ["test/sandbox-agent.test.ts"] : []),
];

/** The same tests with other versions of its frameworks. */
function onVersion(name: string, adapter: string, versions: keyof typeof oldest) {
  const { extends: inherit, test } = framework(name, `packages/${adapter}`);
  const exclude = [...test.exclude, ...newestOnly(versions)];
  return {
    extends: inherit,
    plugins: [resolveFrom(oldest[versions])],
    test: { ...test, exclude, env: { GUARD_OLDEST: versions } },
  };
}

/** Mastra's tests send no telemetry. */
function ofMastra<P extends ReturnType<typeof framework>>(made: P) {
  const { env, ...test } = made.test as P["test"] & { readonly env?: Record<string, string> };
  return { ...made, test: { ...test, env: { ...env, MASTRA_TELEMETRY_DISABLED: "1" } } };
}

/** The same tests in an edge runtime, where there is no Node.js. */
function edge(name: string, root: string) {
  const { extends: inherit, test } = project(name, root, "test/**/*.portable.test.ts");
  return { extends: inherit, test: { ...test, environment: "edge-runtime" } };
}

export default defineConfig({
  test: {
    testTimeout: 20_000, // a machine that has other work to do fails no test
    maxWorkers: "100%", // vitest would leave one core alone, which is half of a machine that has two
    reporters: process.env["CI"] ? ["default", plainLine] : ["default"],
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**"],
      reporter: ["text", "json-summary"],
    },
    projects: [
      project("core", "packages/core"),
      edge("core:edge", "packages/core"),
      framework("langchain", "packages/langchain"),
      onOldest("langchain"),
      framework("langgraph", "packages/langgraph"),
      onOldest("langgraph"),
      framework("ai-sdk", "packages/ai-sdk"),
      onOldest("ai-sdk"),
      onVersion("ai-sdk:oldest-6", "ai-sdk", "ai-sdk-6"),
      onVersion("ai-sdk:oldest-7", "ai-sdk", "ai-sdk-7"),
      framework("openai-agents", "packages/openai-agents"),
      ofMastra(framework("mastra", "packages/mastra")),
      ofMastra(onOldest("mastra")),
      onOldest("openai-agents"),
      framework("mcp", "packages/mcp"),
      onOldest("mcp"),
      project("alerts", "packages/alerts"),
      project("loop", "packages/loop"),
      project("ledger-sqlite", "packages/ledger-sqlite"),
      project("prices", "packages/prices"),
      edge("prices:edge", "packages/prices"),
      project("testing", "packages/testing"),
      project("cli", "packages/cli"),
      project("demo", "examples/demo"),
      project("ai-sdk-agent", "examples/ai-sdk-agent"),
      project("ai-sdk-nextjs-route", "examples/ai-sdk-nextjs-route"),
      project("langchain-agent", "examples/langchain-agent"),
      project("langchain-executor", "examples/langchain-executor"),
      project("langgraph-error-node", "examples/langgraph-error-node"),
      project("langgraph-human-review", "examples/langgraph-human-review"),
      project("openai-agents-example", "examples/openai-agents"),
      project("failover", "examples/failover"),
      framework("crew", "examples/crew"),
      project("mcp-client", "examples/mcp-client"),
      project("seo-audit", "examples/seo-audit"),
      project("mastra-agents", "examples/mastra-agents"),
      project("mastra-workflow", "examples/mastra-workflow"),
      framework("matrix", "matrix"),
      project("docs", "docs", "*.test.ts"),
      project("scripts", "scripts", "**/*.test.ts"),
    ],
  },
});
