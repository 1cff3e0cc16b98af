import { toolPolicies, type ToolPolicy } from "../vocabulary/tool-policy.ts";
import { remembering } from "../collections/remembering.ts";

/**
 * What the words of a tool's name tell. The first row that matches decides. A wrong word costs little: the option
 * `tools: { name: { policy } }` corrects it.
 */
const names: readonly (readonly [ToolPolicy, RegExp])[] = [
  ["delegate", /^(?:transfer|hand_?off|delegate)_(?:back_)?to_/],
  ["wait", /^(?:wait|sleep)(?:_|$)|^pause$/],
  // a person is asked; chance; a status
  [
    "polling",
    /^poll(?:_|$)|^(?:flip|toss)_(?:a_)?coins?$|^(?:flip|toss|roll(?:_(?:a_)?(?:dice|die|d\d+))?)$|(?:^|_)(?:coin_flip|coin_toss|dice_roll)$|^(?:monitor|tail|watch)(?:_|$)|_(?:status|poll|get_result)$|^(?:bash|command|job|process|read|shell|task|terminal)_output$|^check_(?:job|status)(?:_|$)|^(?:ask|prompt)_(?:the_)?(?:user|human)|^(?:human|user)_input|^request_(?:human|user)|^dice(?:_|$)/,
  ],
  [
    "output",
    /^(?:final_|give_|give_final_|provide_|submit_)?answer$|^final_(?:output|response|result)$|^respond$|^structured_(?:output|response)$/,
  ],
  [
    "note",
    /^(?:think|thought|reason|reflect|todo|note|scratch(?:pad)?|remember|memori[sz]e|report_progress|log_progress|sequential_?thinking)(?:_(?!read|get|list|search|view)|$)|^(?:add|append|manage|save|set|store|update|write)_(?:\w+_)?(?:memory|memories|notes?|plan|scratchpad|thoughts?|todos?|todo_list)$|^memory_(?:add|save|set|update|write)|^plan$/,
  ],
  [
    "step",
    /^(?:browser_|computer_|mouse_|page_)?(?:click|double_click|drag|hover|key(?!_value)|keypress|keys|left_click|mouse_move|press(?!_release)|right_click|scroll|send_keys?|swipe|tap|toggle|turn|type(?!_check)|fill|zoom|volume|undo|redo)(?:_|$)|^move$|^(?:step|switch|rotate|move_(?:back\w*|cursor|down|forward|left|mouse|right|up))(?:_|$)|^(?:add|put)_to_(?:\w+_)?(?:cart|basket|bag)|_to_cart$|^add_(?:article|item|product)$|^(?:close|dim|open|set|switch|turn)_(?:\w+_)?(?:brightness|fan|heater|lamp|led|lights?|motor|pump|relay|thermostat|valve|volume)$/,
  ],
  [
    "paging",
    /^(?:next|more|prev|previous|fetch_more|load_more)(?:_|$)|^page(?:_(?:down|up|forward|back))?$|_(?:next|prev|previous)$/,
  ],
  ["unknown", /^check_(?:in|out|box)(?:_|$)/],
  [
    "mutating",
    /^open_(?:account|issue|position|pr|pull_request|ticket|trade)$|^run_(?:job|pipeline|workflow)|^(?:execute|issue|make|process|send|submit)_(?:\w+_)?(?:payment|payout|refund)$/,
  ],
];

/** What the verbs of names tell. The last word decides if it is only a verb, else the first verb. */
const verbs: Readonly<Record<"mutating" | "read", RegExp>> = {
  mutating:
    /^(?:add|append|book|buy|cancel|charge|create|delete|deploy|dispatch|edit|insert|invite|issue|launch|merge|modify|move|notify|order|patch|pay|place|post|provision|publish|purchase|put|refund|register|release|remove|rename|replace|reply|reserve|schedule|sell|send|set|share|start|submit|trade|transfer|trigger|update|withdraw|wire|write)$/,
  read: /^(?:browse|check|count|describe|fetch|find|get|glob|grep|inspect|list|look|lookup|query|read|retrieve|search|show|view|context|web)$/,
};
const verbOnly =
  /^(?:add|append|cancel|create|delete|edit|fetch|find|get|insert|list|lookup|notify|publish|read|remove|search|send|submit|update|view|write)$/;

/** Nouns that look like verbs, in names such as `order_history` and `transfer_fees`. */
const told =
  /(?:^|_)(?:book|charge|issue|order|place|post|refund|register|release|schedule|share|trade|transfer|wire)_(?:\w+_)?(?:balance|count|details?|fees?|history|info|items|limits?|logs?|notes|options|policy|prices?|quotes?|rates?|report|stats|summary|terms|total)$/;

/**
 * What a tool's name tells about it: `read_file` and `file_read` read, `job_status` polls, `sendEmail` mutates. It
 * ignores a prefix that names a server or a namespace (`mcp__mail__send`, `mail.send`). A declared policy always wins;
 * a name that says nothing is `unknown`.
 */
export const policyFromName: (tool: string) => ToolPolicy = remembering((tool) => {
  const name = plainName(tool);
  return names.find(([, pattern]) => pattern.test(name))?.[0] ?? policyOfVerb(name) ?? "unknown";
});

function policyOfVerb(name: string): ToolPolicy | undefined {
  if (told.test(name)) return "read";
  const words = name.split("_");
  const last = words.at(-1)!;
  for (const word of [...(verbOnly.test(last) ? [last] : []), ...words]) {
    for (const policy of ["mutating", "read"] as const) {
      if (verbs[policy].test(word)) return policy;
    }
  }
  return undefined;
}

/** Effects that are the same however often they are made: they set, they don't add. */
const setting =
  /(?:^|_)(?:append|cancel|delete|edit|insert|modify|move|patch|put|remove|rename|replace|set|share|update|write)(?:_|$)/;

/** Effects that are made again after another change: an agent deploys again what it has repaired. */
const redone = /(?:^|_)(?:deploy|launch|merge|provision|publish|release|run|start|trigger)(?:_|$)/;

const money =
  /(?:^|_)(?:buy|charge|money|pay|payment|payout|purchase|refund|sell|trade|transfer|wire|withdraw)(?:_|$)/;

const undoing = /^(?:cancel|close|delete|drop|remove|revert|undo|void)_(.+)$/;
const doing = /^(?:add|book|create|make|new|open|reserve|schedule)_(.+)$/;

/** What a tool makes, as its name tells: `create_file` a file. */
export const makes = (tool: string): string | undefined => doing.exec(plainName(tool))?.[1];

/** What a tool takes back, as its name tells: `delete_file` a file. */
export const takesBack = (tool: string): string | undefined => undoing.exec(plainName(tool))?.[1];

/** What doing the same again means. */
export type Effect = "money" | "redone" | "once" | "none";

/** What a second call of a mutating tool means, by its name. */
export const effectOf: (tool: string) => Effect = remembering((tool) => {
  const name = plainName(tool);
  if (setting.test(name)) return "none";
  if (money.test(name)) return "money";
  return redone.test(name) ? "redone" : "once";
});

/** What an MCP server says about one of its tools. These are hints: a policy in the option `tools` wins. */
export interface ToolHints {
  readonly readOnlyHint?: boolean | undefined;
  readonly destructiveHint?: boolean | undefined;
  readonly idempotentHint?: boolean | undefined;
}

/**
 * Turns the annotations of an MCP tool into a policy. Returns `undefined` where they tell nothing, also for an idempotent
 * tool: its name tells more.
 *
 * @param tool the tool's name, if you don't trust the server. A name that says more than "reads" then wins: a server can't
 *   make guard take `send_payment` for a tool that only reads
 *
 * @example
 * const { tools } = await client.listTools();
 * createRegistry({
 *   tools: Object.fromEntries(
 *     tools.map(({ name, annotations }) => [name, { policy: policyFromHints(annotations) }]),
 *   ),
 * });
 */
export function policyFromHints(hints: ToolHints | undefined, tool = ""): ToolPolicy | undefined {
  const named = policyFromName(tool);
  if (hints?.readOnlyHint === true) return named === "unknown" ? "read" : undefined;
  if (hints?.idempotentHint === true) return undefined;
  const changes = hints?.destructiveHint === true || hints?.readOnlyHint === false;
  return changes && (named === "unknown" || named === "read") ? "mutating" : undefined;
}

/** A tool's own name in small letters and underscores, without its server or namespace. */
function plainName(tool: string): string {
  return tool
    .slice(0, 200)
    .split(/__|[./:]/)
    .at(-1)!
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
}

const loopPolicies: readonly ToolPolicy[] = ["read", "mutating", "delegate", "unknown"];

/** Tools that are not called again on purpose. */
export const oncePolicies: readonly ToolPolicy[] = toolPolicies.filter((policy) =>
  loopPolicies.includes(policy),
);

/** Tools that wait for something: their repeats are looks. */
export function isWaiting(policy: ToolPolicy): boolean {
  return policy === "polling" || policy === "wait";
}

/** Tools that move something by one, with a new outcome each time: a cursor, a page, a pointer. */
export function isMoving(policy: ToolPolicy): boolean {
  return policy === "paging" || policy === "step";
}

/** Tools that change nothing in the world, as far as is known. */
export function isHarmless(policy: ToolPolicy): boolean {
  return ["read", "note", "output", "exempt"].includes(policy) || isWaiting(policy);
}
