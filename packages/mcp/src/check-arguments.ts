import { OptionsError } from "@guard/core";
import { read } from "@guard/core/adapter";

const examples: Readonly<Record<string, string>> = { name: "github", agent: "researcher" };

const connectLater = "Write guardClient(new Client({ name, version }), registry)";
const second = "write guardClient(client, ";

/** What people pass in place of a client, and what to write instead. The first that fits counts. */
const mistakes: readonly (readonly [
  received: string,
  is: (value: unknown) => boolean,
  write: string,
])[] = [
  [
    "a registry",
    (value) => has(value, "breaker"),
    `The registry is the second argument: ${second}registry).`,
  ],
  [
    "a breaker",
    (value) => has(value, "agent", "snapshot"),
    `The breaker is the second argument: ${second}breaker).`,
  ],
  ["a promise", (value) => has(value, "then"), "Write guardClient(await client, registry)."],
  ["a class", isClass, `${connectLater}.`],
  [
    "a transport",
    (value) => has(value, "start", "send"),
    `${connectLater}, then await client.connect(transport).`,
  ],
  [
    "a server",
    (value) => has(value, "registerTool") || has(value, "setRequestHandler", "connect"),
    "guard works on the client's side: write guardClient(client, registry).",
  ],
  [
    "a client of LangChain's MCP adapters",
    (value) => has(value, "getTools"),
    "Guard the agent with @guard/langchain.",
  ],
  [
    "a client of Mastra or the AI SDK",
    (value) => has(value, "tools") || has(value, "listToolsets"),
    "Guard the agent or its tools with @guard/mastra or @guard/ai-sdk.",
  ],
];

/** @throws {OptionsError} for what is not an MCP client: the error says what to write instead */
export function checkClient(client: unknown): void {
  if (has(client, "callTool", "listTools")) return;
  const [received, , write] = mistakes.find(([, is]) => is(client)) ?? [
    kindOf(client),
    undefined,
    `${connectLater}.`,
  ];
  throw new OptionsError([`client: expected an MCP client, received ${received}. ${write}`]);
}

/** @throws {OptionsError} naming every bad option */
export function checkOptions(options: unknown): void {
  if (typeof options !== "object" || options === null) {
    throw new OptionsError([
      `options: expected an object, received ${kindOf(options)}. Write { name: "github" }.`,
    ]);
  }
  const { name, agent, ...rest } = options as Readonly<Record<string, unknown>>;
  const faults = Object.keys(rest).map(
    (key) => `options.${key}: there is no such option. The options are name and agent.`,
  );
  for (const [key, value] of Object.entries({ name, agent })) {
    if (value === undefined || (typeof value === "string" && value !== "")) continue;
    faults.push(
      `options.${key}: expected a text that is not empty, received ${kindOf(value)}. Write { ${key}: "${examples[key]}" }.`,
    );
  }
  if (faults.length > 0) throw new OptionsError(faults);
}

function kindOf(value: unknown): string {
  if (typeof value === "string") return value === "" ? "an empty text" : "a text";
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

function isClass(value: unknown): boolean {
  return typeof value === "function" && /^class\b/.test(String(value));
}

function has(value: unknown, ...methods: readonly string[]): boolean {
  return methods.every((method) => typeof read(value, method) === "function");
}
