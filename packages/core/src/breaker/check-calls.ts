import { isBookable } from "../budget/amounts.ts";
import type { Call } from "../vocabulary/call.ts";
import { providerTools } from "../vocabulary/provider-tool.ts";
import { refuse, unexpected, type Fault } from "../options/check-value.ts";

/** A call of each kind, as it is written. */
const examples = {
  tool: '{ kind: "tool", tool: "search", args: { q: "guard" } }',
  model: '{ kind: "model", model: "gpt-5-mini", prompt: messages }',
  delegation: '{ kind: "delegation", to: "researcher", task }',
} as const;

/** What frameworks call the fields of a call, and what guard calls them. */
const otherNames = {
  tool: [
    ["name", "tool"],
    ["toolName", "tool"],
    ["input", "args"],
    ["arguments", "args"],
    ["params", "args"],
    ["parameters", "args"],
  ],
  model: [
    ["name", "model"],
    ["modelId", "model"],
    ["baseURL", "baseUrl"],
    ["messages", "prompt"],
    ["input", "prompt"],
  ],
  delegation: [
    ["agent", "to"],
    ["name", "to"],
    ["input", "task"],
    ["prompt", "task"],
  ],
} as const;

/** The field that names the tool or the agent. A model needs no name. */
const names = { tool: "tool", model: undefined, delegation: "to" } as const;
/** Optional fields that are texts. */
const texts = ["id", "model", "provider", "baseUrl", "serviceTier", "taskId"] as const;
const figure = "a number of at least 0";

/**
 * Returns the calls as a copy: later changes of the given list change nothing.
 *
 * @throws {TypeError} for the first wrong call, before guard judges any
 */
export function checkedCalls(calls: readonly Call[]): readonly Call[] {
  if (!Array.isArray(calls)) {
    const instead = isObject(calls) && "kind" in calls ? "admit([call])" : undefined;
    refuse("calls", unexpected("", "a list", calls, instead));
  }
  const own: readonly Call[] = [...calls];
  for (const [index, call] of own.entries()) checkCall(call, `calls.${index}`);
  return own;
}

/** @throws {TypeError} for a wrong call */
export function checkCall(call: Call, at: string): void {
  const fault = faultOfCall(call);
  if (fault !== undefined) refuse(at, fault);
}

/**
 * Checks the parts of a call that the developer writes, and not those that come from a model.
 *
 * @throws {TypeError} for what has no kind, and for a field with a framework's name
 */
export function checkWritten(call: Call, at: string): void {
  const hasKind = isObject(call) && Object.hasOwn(names, call.kind);
  const fault = hasKind ? misnamed(call) : faultOfCall(call);
  if (fault !== undefined) refuse(at, fault);
}

/** Why guard can't judge a call, if it can't. */
export function faultOfCall(call: Call): Fault | undefined {
  if (!isObject(call)) return unexpected("", "a call", call, examples.tool);
  const { kind, estimate } = call;
  if (typeof kind !== "string" || !Object.hasOwn(names, kind)) {
    const kinds = `one of ${Object.keys(names).join(", ")}`;
    return unexpected("kind", kinds, kind, examples[kindLike(call)]);
  }
  const slip = misnamed(call);
  if (slip !== undefined) return slip;
  const field = (one: string): unknown => Reflect.get(call, one);
  const name = names[kind];
  if (name !== undefined && typeof field(name) !== "string") {
    return unexpected(name, "a name", field(name), examples[kind]);
  }
  const odd = texts.find((text) => !isText(field(text)));
  if (odd !== undefined) return unexpected(odd, "a text", field(odd));
  if (kind === "model" && !isFigure(call.maxOutputTokens)) {
    return unexpected("maxOutputTokens", figure, call.maxOutputTokens);
  }
  const runs = (kind === "model" ? call.providerTools : undefined) ?? {};
  if (!isObject(runs)) return unexpected("providerTools", "an object", runs);
  const run = providerTools.find((tool) => !isFigure(runs[tool]));
  if (run !== undefined) return unexpected(`providerTools.${run}`, figure, runs[run]);
  if (estimate === undefined) return undefined;
  if (!isObject(estimate)) return unexpected("estimate", "an object", estimate);
  const wrong = (["tokens", "usd"] as const).find((one) => !isFigure(estimate[one]));
  return wrong && unexpected(`estimate.${wrong}`, figure, estimate[wrong]);
}

/** The field of a call that has a framework's name. Guard would not see it: then all calls of a tool look the same. */
function misnamed(call: Call): Fault | undefined {
  const field = (name: string): unknown => Reflect.get(call, name);
  const slip = otherNames[call.kind].find(([other, name]) => {
    return field(name) === undefined && field(other) !== undefined;
  });
  if (slip === undefined) return undefined;
  const [path, name] = slip;
  return { path, problem: `write \`${name}\` in place of \`${path}\`: ${examples[call.kind]}` };
}

/** The kind of call that an object without `kind` looks like. */
function kindLike(call: object): keyof typeof names {
  if (["to", "task"].some((field) => field in call)) return "delegation";
  return ["model", "prompt", "messages"].some((field) => field in call) ? "model" : "tool";
}

function isObject<T>(value: T): value is T & object {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isFigure(value: unknown): boolean {
  return value === undefined || isBookable(value);
}
