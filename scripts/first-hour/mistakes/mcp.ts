import type { Mistakes } from "./mistake.ts";

export const mcp: Mistakes = {
  of: "@guard/mcp",
  begin: `import { createRegistry } from "@guard/core";
import { guardClient } from "@guard/mcp";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
const registry = createRegistry();
const client = new Client({ name: "agent", version: "1.0.0" });
`,
  mistakes: [
    { title: "no registry", code: `guardClient(client);`, must: /createRegistry\(/ },
    {
      title: "options in place of a registry",
      code: `guardClient(client, { budget: { toolCalls: 40 } });`,
      must: /createRegistry\(/,
    },
    {
      title: "registry and client swapped",
      code: `guardClient(registry, client);`,
      must: /guardClient\(.*, registry\)/,
    },
    {
      title: "a transport in place of a client",
      code: `guardClient(new StreamableHTTPClientTransport(new URL("http://127.0.0.1:9/mcp")), registry);`,
      must: /new Client\(|client/i,
    },
  ],
};
