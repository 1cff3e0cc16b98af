import * as v from "valibot";
import { closest, meant, type Place } from "./did-you-mean.ts";
import { toolPolicies } from "../vocabulary/tool-policy.ts";
import { received } from "./received.ts";
import { shortened } from "./shortened.ts";

/** What a group of options is expected to be. */
export const plainObject = "a plain object";

/** How a group of options is written, by its path. */
const examples: Readonly<Record<string, string>> = {
  options: "{ budget: { usd: 5 } }",
  budget: "{ usd: 5, modelCalls: 40 }",
  limits: '{ user: { usd: 20, per: "day" } }',
  accounts: '{ user: "42" }',
  tools: '{ check_build: { policy: "polling" } }',
  rules: "{ poll: { open: 50 } }",
  override: '{ force: "open", by: "ops", why: "runaway agents" }',
  stop: '{ by: "ops", why: "runaway agents" }',
  lift: '{ by: "ops", why: "mended" }',
};

/** What to write for what a human must say. */
const missing: Readonly<Record<string, string>> = {
  by: 'who decides, such as by: "ops"',
  why: 'the reason, such as why: "runaway agents"',
  force: "force, allow, grant or extend",
};

/** Names of tools, agents and unknown options are part of a path. */
const longestPath = 300;

/** Where a fault was found. */
interface FaultOptions {
  /** The name of the argument. Default: the options. */
  readonly at?: string;
  /** Where options are written: an unknown name may be one of another group. */
  readonly places?: readonly Place[];
}

/** One fault: its path, what was expected, what was received, and what to write instead. */
export function faultOf(
  issue: v.BaseIssue<unknown>,
  { at, places = [] }: FaultOptions = {},
): string {
  const own = v.getDotPath(issue);
  const path = shortened([at, own].filter((part) => part).join("."), longestPath) || "options";
  if (issue.expected === "never") {
    return `${path}: there is no such option (${instead(issue, path, places)})`;
  }
  const isMissingKey = issue.type === "strict_object" && issue.expected?.startsWith('"') === true;
  if (isMissingKey) {
    const line = missing[own ?? ""];
    return line === undefined ? `${path}: is missing` : `${path}: is missing (write ${line})`;
  }
  const example = issue.message === plainObject ? examples[path] : undefined;
  const expected = example === undefined ? issue.message : `${issue.message} such as ${example}`;
  return `${path}: expected ${expected}, received ${received(issue.input)}${slipIn(issue)}`;
}

/**
 * The fault of an option that does not exist: with the one that was meant, else with all that there are. For an
 * {@link OptionsError} of options without groups.
 *
 * @example
 * noSuchOption("polcy", ["name", "policy"]); // polcy: there is no such option (did you mean `policy`?)
 */
export function noSuchOption(key: string, names: readonly string[]): string {
  const name = closest(key, names);
  const hint = name === undefined ? `there are ${names.join(", ")}` : `did you mean \`${name}\`?`;
  return `${key}: there is no such option (${hint})`;
}

/** What to write in place of an option that does not exist. */
function instead(issue: v.BaseIssue<unknown>, path: string, places: readonly Place[]): string {
  const { key, value } = issue.path!.at(-1)! as { readonly key: string; readonly value: unknown };
  const names = issue.message.split(", ");
  // Limits and accounts have the same names: limits are objects, accounts are texts.
  const isLimit = typeof value === "object";
  const fitting = places.filter(([, place]) => isLimit || !/^limits\.[^.]+$/.test(place));
  const found = meant(key, names, fitting);
  if (found === undefined) return `there are ${names.join(", ")}`;
  if ("name" in found) return `did you mean \`${found.name}\`?`;
  const tool = /^tools\..+\.(?=[^.]+$)/.exec(path)?.[0];
  const isOfTool = tool !== undefined && found.place.startsWith("budget.");
  return `write \`${isOfTool ? found.place.replace("budget.", `limits.${tool}`) : found.place}\``;
}

/** What was probably meant: a word like the one that was written, or options for a policy that stands alone. */
function slipIn(issue: v.BaseIssue<unknown>): string {
  const { type, input, expected, path = [] } = issue;
  if (typeof input !== "string") return "";
  const isOfTool = path.length === 2 && path[0].key === "tools";
  if (isOfTool && toolPolicies.some((policy) => policy === input)) {
    return ` (write { policy: "${input}" })`;
  }
  if (type !== "picklist") return "";
  const words = Array.from(expected!.matchAll(/"([^"]+)"/g), ([, word]) => word!);
  const word = closest(input, words);
  return word === undefined ? "" : ` (did you mean "${word}"?)`;
}
