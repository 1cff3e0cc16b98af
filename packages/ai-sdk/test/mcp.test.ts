// Tools of an MCP server, from the AI SDK's own client, over a transport in memory.
import { createBreaker } from "@guard/core";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { generateText, isStepCount, type ToolSet } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use } from "guard-test-support/ai-sdk";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { guardAI } from "../src/index.ts";
import { prompt, watchRejections } from "./support/guarded.ts";

watchRejections();

test("an MCP tool that loops", async () => {
  const { createMCPClient } = await import("@ai-sdk/mcp");
  let calls = 0;
  const server = new McpServer({ name: "test", version: "1.0.0" });
  server.registerTool("use", { inputSchema: { q: z.string() } }, async ({ q }) => {
    calls += 1;
    return { content: [{ type: "text", text: `${q} is there` }] };
  });
  const [here, there] = InMemoryTransport.createLinkedPair();
  await server.connect(there);
  const client = await createMCPClient({ transport: here });
  onTestFinished(() => client.close());
  const guard = guardAI(createBreaker());
  const { model, prompts } = scriptedModel(() => [use()]);
  const tools = await client.tools();

  const { stop } = await ending(() =>
    generateText({
      model: guard.model(model),
      tools: guard.tools(tools) as ToolSet,
      stopWhen: isStepCount(20),
      prompt,
    }),
  );

  expect([stop?.reason, prompts.length, calls]).toEqual(["loop", 6, 3]);
  expect(JSON.stringify(prompts.at(-1))).toContain("Note: ");
});
