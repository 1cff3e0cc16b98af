import { expect, test } from "vitest";
import { neededBy, installedBy } from "./installed-by.ts";

test.for([
  { line: "npm install @guard/core ai", names: ["@guard/core", "ai"] },
  { line: "npm install --save-dev vitest", names: ["vitest"] },
])("$line installs $names", ({ line, names }) => {
  expect(installedBy(`# Title\n\n\`\`\`sh\n${line}\n\`\`\`\n`)).toEqual(names);
});

test("a page without `npm install` installs nothing that a test can compare", () => {
  expect(installedBy("# Title")).toBeUndefined();
});

test("code needs the packages that it imports, each once, but no files and no modules of Node.js", () => {
  const code = `import { readFile } from "node:fs/promises";
import {
  guardAgent,
} from "@guard/mastra";
import { Agent } from "@mastra/core/agent";
import { createTool } from "@mastra/core/tools";
import { mine } from "./mine.ts";
`;
  expect(neededBy(code)).toEqual(["@guard/mastra", "@mastra/core"]);
});

test("LangChain loads the package of a model that code only names", () => {
  expect(neededBy('const agent = createAgent({ model: "openai:gpt-5-mini" });')).toEqual([
    "@langchain/openai",
  ]);
});
