import { checkArgument, hasMethods, sourceSecond, type Kind } from "@guard/core/adapter";

const kinds = [
  ["a transport", (value) => hasMethods(value, "start", "send")],
  [
    "a server",
    (value) =>
      hasMethods(value, "registerTool") || hasMethods(value, "setRequestHandler", "connect"),
  ],
  ["a client of LangChain's MCP adapters", (value) => hasMethods(value, "getTools")],
  [
    "a client of Mastra or the AI SDK",
    (value) => hasMethods(value, "tools") || hasMethods(value, "listToolsets"),
  ],
  // the address of a server may hold a key: the error must not show it
  ["a URL", (value) => value instanceof URL || (typeof value === "string" && URL.canParse(value))],
] as const satisfies readonly Kind[];

const call = "guardClient(client, registry)";
const connectLater = "Write guardClient(new Client({ name, version }), registry)";

/** @throws {OptionsError} for a value that is not an MCP client: the error says what to write instead */
export function checkClient(client: unknown): void {
  checkArgument(client, {
    path: "client",
    expected: "an MCP client",
    fits: (value) => hasMethods(value, "callTool", "listTools"),
    kinds,
    instead: {
      ...sourceSecond(call),
      "a transport": `${connectLater}, then await client.connect(transport).`,
      "a server": `guard works on the client's side: write ${call}.`,
      "a client of LangChain's MCP adapters": "Guard the agent with @guard/langchain.",
      "a client of Mastra or the AI SDK":
        "Guard the agent or its tools with @guard/mastra or @guard/ai-sdk.",
    },
    write: `${connectLater}.`,
  });
}
