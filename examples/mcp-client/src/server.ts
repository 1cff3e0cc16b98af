// An MCP server in a process of its own, over stdio. Its documentation does not have the answer.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "docs", version: "1.0.0" });
server.registerTool(
  "search_docs",
  {
    description: "Searches the documentation.",
    inputSchema: { query: z.string() },
    annotations: { readOnlyHint: true },
  },
  ({ query }) => {
    console.error(`  search_docs runs: "${query}"`); // standard output belongs to the protocol
    return { content: [{ type: "text", text: "The billing service is internal." }] };
  },
);
await server.connect(new StdioServerTransport());
