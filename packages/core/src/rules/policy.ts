import { toolPolicies, type ToolPolicy } from "../vocabulary/call.ts";
import { remembering } from "../collections/remembering.ts";

const words: readonly (readonly [ToolPolicy, RegExp])[] = [
  ["wait", /^(?:wait|sleep)(?:_|$)/],
  ["polling", /^poll(?:_|$)|_(?:status|poll|get_result)$|^check_(?:job|status)(?:_|$)/],
  ["paging", /^(?:scroll|page|next|more|fetch_more|load_more)(?:_|$)|_next$/],
  [
    "mutating",
    /^(?:add|append|book|cancel|create|delete|edit|insert|invite|move|order|pay|post|put|remove|rename|reserve|schedule|send|share|submit|transfer|update|write)(?:_|$)/,
  ],
  [
    "read",
    /^(?:browse|check|count|describe|fetch|find|get|glob|grep|list|look_?up|open|query|read|search|show|context|web)(?:_|$)/,
  ],
];

/**
 * What a tool's name tells about it: `read_file` reads, `job_status` polls, `sendEmail` mutates.
 * A prefix that names a server or a namespace (`mcp__mail__send`, `mail.send`) is passed over.
 * A declared policy always wins; a name that says nothing is `unknown`.
 */
export const policyFromName: (tool: string) => ToolPolicy = remembering((tool) => {
  const name = plainName(tool);
  return words.find(([, pattern]) => pattern.test(name))?.[0] ?? "unknown";
});

/** What an MCP server says about one of its tools. Hints, not promises: a declared policy wins. */
export interface ToolHints {
  readonly readOnlyHint?: boolean | undefined;
  readonly destructiveHint?: boolean | undefined;
  readonly idempotentHint?: boolean | undefined;
}

/**
 * What the annotations of an MCP tool tell about repeating it; `undefined` where they tell nothing. A tool
 * that changes the same thing however often it is called is not known to add anything: its name tells more.
 *
 * @example
 * const tools = await client.listTools();
 * createRegistry({
 *   tools: Object.fromEntries(
 *     tools.map(({ name, annotations }) => [name, { policy: policyFromHints(annotations) }]),
 *   ),
 * });
 */
export function policyFromHints(hints: ToolHints | undefined): ToolPolicy | undefined {
  if (hints?.readOnlyHint === true) return "read";
  if (hints?.idempotentHint === true) return undefined;
  return hints?.destructiveHint === true || hints?.readOnlyHint === false ? "mutating" : undefined;
}

/** A tool's own name in small letters and underscores, without the server or namespace it is from. */
export function plainName(tool: string): string {
  return tool
    .slice(0, 200)
    .split(/__|[./:]/)
    .at(-1)!
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
}

/** Tools that are not called again on purpose. */
export const oncePolicies: readonly ToolPolicy[] = toolPolicies.filter(
  (policy) => !isRepeatedOnPurpose(policy),
);

/** Tools that are called again on purpose: only rules made for them count their repeats. */
export function isRepeatedOnPurpose(policy: ToolPolicy): boolean {
  return policy === "polling" || policy === "wait" || policy === "paging";
}
