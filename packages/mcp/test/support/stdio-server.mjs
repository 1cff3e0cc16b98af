// A scripted server that is a process of its own. `MCP_SDK` says where the SDK is: its newest or its oldest version.
const at = (path) => new URL(path, process.env["MCP_SDK"]).href;
const { Server } = await import(at("server/index.js"));
const { StdioServerTransport } = await import(at("server/stdio.js"));
const { CallToolRequestSchema, ListToolsRequestSchema } = await import(at("types.js"));

const server = new Server({ name: "stdio", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: [
    { name: "use", inputSchema: { type: "object" }, annotations: { readOnlyHint: true } },
    { name: "leave", inputSchema: { type: "object" } },
  ],
}));
let ran = 0;
server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
  if (params.name === "leave") process.exit(1);
  ran += params.name === "use" ? 1 : 0;
  return { content: [{ type: "text", text: params.name === "use" ? "the same" : `${ran}` }] };
});
await server.connect(new StdioServerTransport());
