// The MCP server of the pages, on loopback: it has a search that finds nothing. Runs in the user's project, and prints
// its address.
import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

function searchServer() {
  const server = new McpServer({ name: "docs", version: "1.0.0" });
  server.registerTool("search", { description: "Searches the documentation." }, () => ({
    content: [{ type: "text", text: "no results" }],
  }));
  return server;
}

const http = createServer((request, response) => {
  if (request.method !== "POST") return void response.writeHead(405).end(); // it sends nothing by itself
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  searchServer()
    .connect(transport)
    .then(() => transport.handleRequest(request, response))
    .catch((error) => response.writeHead(500).end(String(error)));
});
http.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${http.address().port}/mcp`));
