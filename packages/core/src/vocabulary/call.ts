import type { PriceUsed } from "./price-used.ts";
import type { ToolRuns } from "./provider-tool.ts";
import type { ToolPolicy } from "./tool-policy.ts";

/** What a call will probably cost. guard reserves it until the call settles, then books the real cost. */
export interface Estimate {
  readonly tokens?: number;
  /** In USD. */
  readonly usd?: number;
}

/** What a call has used, as far as the provider reports it. */
export interface Usage {
  /** All tokens of the request, also those from a cache. */
  readonly inputTokens?: number;
  /** How many of `inputTokens` the provider read from its cache. */
  readonly cachedInputTokens?: number;
  /** How many of `inputTokens` the provider wrote into its cache. */
  readonly cacheWriteTokens?: number;
  /** How many of `cacheWriteTokens` stay in the cache for an hour. */
  readonly cacheWrite1hTokens?: number;
  /** All tokens of the answer, also those for reasoning. */
  readonly outputTokens?: number;
  /** How often the provider ran tools of its own, such as `{ web_search: 3 }`. */
  readonly providerTools?: ToolRuns;
  /** What the provider says that the call has cost, in USD. */
  readonly usd?: number;
  /** The model that answered, if it has another name than the one you asked for, such as a dated one. */
  readonly model?: string;
  /** The service tier that the provider says it used. */
  readonly serviceTier?: string;
}

/**
 * A tool call that a model's answer asks for.
 *
 * @example
 * const call: ToolCall = { kind: "tool", tool: "search", args: { q: "guard" } };
 */
export interface ToolCall {
  readonly kind: "tool";
  /** The tool's name. */
  readonly tool: string;
  /** The arguments, as an object or as JSON text. guard compares hashes of them and keeps none. */
  readonly args?: unknown;
  /** The id that the model's answer gives this call. */
  readonly id?: string;
  /** How the tool behaves when it is called again. A policy in the option `tools` wins. */
  readonly policy?: ToolPolicy;
  /** What the call will probably cost. Default: `usd` of the option `tools`. */
  readonly estimate?: Estimate;
}

/**
 * A request to a model.
 *
 * @example
 * const call: ModelCall = { kind: "model", model: "gpt-5-mini", prompt: messages };
 */
export interface ModelCall {
  readonly kind: "model";
  /** The model's id. guard needs it for the price. */
  readonly model?: string;
  /** The provider, by the framework's name for it, such as `openai.responses`. */
  readonly provider?: string;
  /**
   * The address of the server that answers, such as `https://api.openai.com/v1`, if the client tells it. So guard tells OpenAI from
   * another server that an OpenAI client asks. An empty text says that the client hides its address. Without an address guard
   * takes the provider's own server.
   */
  readonly baseUrl?: string;
  readonly id?: string;
  /**
   * The request, or a function that returns it. guard estimates its tokens if a budget counts tokens or money, and keeps
   * none of it.
   */
  readonly prompt?: unknown;
  /** The most tokens that the answer may have, if the request limits them. */
  readonly maxOutputTokens?: number;
  /** The provider's service tier, if the request names one. */
  readonly serviceTier?: string;
  /** How often the provider may run tools of its own, such as `{ web_search: 1 }`. guard reserves the fees. */
  readonly providerTools?: ToolRuns;
  /** What the call will probably cost. Default: guard estimates it. */
  readonly estimate?: Estimate;
}

/**
 * Work that one agent gives to another: a hand-off, a sub-agent, an agent used as a tool.
 *
 * @example
 * const call: DelegationCall = { kind: "delegation", to: "researcher", task: "Find the port." };
 */
export interface DelegationCall {
  readonly kind: "delegation";
  /** The name of the agent that gets the work. */
  readonly to: string;
  /** The task, as text or as data. */
  readonly task?: unknown;
  /** The task's id. guard then knows the same task in other words. */
  readonly taskId?: string;
  readonly id?: string;
  /** What the call will probably cost. */
  readonly estimate?: Estimate;
}

/** What an agent asks for: a tool, a model, or work of another agent. */
export type Call = ToolCall | ModelCall | DelegationCall;

/**
 * What came back from a call.
 *
 * - `success`: the call returned `result`
 * - `failure`: the call threw `error`
 * - `ignored`: the user aborted the call, or your code never made it; it says nothing about a loop
 * - `unknown`: your code does not see the result; such calls count half
 *
 * `streamed` is the part of a model's answer that came before the abort: text, thoughts and arguments. guard counts its
 * tokens and keeps none of it. Without `streamed` and `usage`, guard books at least what it has reserved for the call.
 *
 * @example
 * await lane.settle(token, { status: "success", result, usage: { inputTokens: 900, outputTokens: 40 } });
 * await lane.settle(token, { status: "ignored", streamed: "The port is" }); // the user has left
 */
export type Outcome =
  | { readonly status: "success"; readonly result?: unknown; readonly usage?: Usage }
  | { readonly status: "failure"; readonly error?: unknown; readonly usage?: Usage }
  | { readonly status: "ignored"; readonly usage?: Usage; readonly streamed?: string }
  | { readonly status: "unknown"; readonly usage?: Usage };

/** The verdicts, from the mildest to the strongest. */
const verdicts = ["allow", "warn", "block", "open"] as const;

/**
 * What guard decides about a call.
 *
 * - `allow`: make the call
 * - `warn`: make the call, and show the model a warning with the result
 * - `block`: don't make the call; the run goes on
 * - `open`: don't make the call; the run is stopped
 */
export type Verdict = (typeof verdicts)[number];

/** The stronger of two verdicts. */
export function stronger(a: Verdict, b: Verdict): Verdict {
  return verdicts.indexOf(a) >= verdicts.indexOf(b) ? a : b;
}

/** The rules that judge calls. */
export const ruleNames = [
  "no-progress",
  "repeat",
  "error",
  "storm",
  "churn",
  "poll",
  "paging",
  "mutation",
  "signature",
  "delegation",
  "delegation-depth",
  "delegation-pair",
  "reassignment",
  "drift",
  "context",
  "collision",
  "text",
  "again",
  "failing-model",
] as const;
/** The name of a rule, as in the option `rules`. */
export type RuleName = (typeof ruleNames)[number];

/** Why guard stopped a run. `manual`: a human stopped it. */
export type Reason = "loop" | "budget" | "delegation" | "failure" | "context" | "drift" | "manual";

/** What a rule has found. It holds names, counts and hashes, never arguments or results. */
export interface Finding {
  /** The rule; `ceiling` for a limit of a budget, `manual` for a human. */
  readonly rule: RuleName | "ceiling" | "manual";
  readonly reason: Reason;
  readonly verdict: Exclude<Verdict, "allow">;
  /** What the rule has counted, such as rounds without news. Each rule has its own unit. */
  readonly count: number;
  /** The threshold that `count` has reached. */
  readonly limit: number;
  /** The agent that asked for the call. */
  readonly agent: string;
  /** The tool, the model, or the agent that gets the work. */
  readonly tool?: string;
  /** The signatures of the calls that repeat. `override({ allow })` takes one. */
  readonly signatures: readonly string[];
  /** The line for your options that would let the call run, if there is one. Paste it only if the agent repeats the call on purpose. */
  readonly cure?: string;
  /** What the loop has cost so far. */
  readonly cost: { readonly calls: number; readonly tokens: number; readonly usd: number };
  /** The limit that was reached, such as `usd` or `modelCalls`. Only for a budget. */
  readonly ceiling?: string;
  /** The account that the limit belongs to, such as `run` or `user:42`. Only for a budget. */
  readonly account?: string;
  /** The price of the last model that the run asked. Only for a limit in USD that stops the run. */
  readonly price?: PriceUsed;
  /** Who stopped the run. Only for a stop by a human. */
  readonly by?: string;
  /** Why that human stopped the run, in their own words. */
  readonly why?: string;
}

/**
 * The receipt for one call: give it to `settle` with what came back. It is plain data, so another process may settle the
 * call. Only the breaker that made the token accepts it, or a breaker that goes on from its snapshot.
 */
export interface Token {
  readonly id: string;
  readonly lane: string;
  /** Grows when the circuit moves. A token of an older generation books its cost, and is no evidence. */
  readonly generation: number;
  /** `true` where guard refused the call. Settling it does nothing. */
  readonly refused?: true;
  /** `true` where the call passed a trip. */
  readonly granted?: true;
}

/** What guard decides about one call. */
export interface Decision {
  readonly verdict: Verdict;
  /** Why, the strongest finding first. Empty for `allow`. */
  readonly findings: readonly Finding[];
  /** Give it to `settle` with what came back. */
  readonly token: Token;
  /** After how many milliseconds to ask again. Absent where waiting does not help. */
  readonly retryAfterMs?: number;
}

/**
 * What `settle` did with a result.
 *
 * - `stale`: the circuit has moved since the call was admitted; guard booked the cost only
 * - `settled`: the call has settled before; guard booked nothing
 * - `refused`: guard had refused the call
 * - `unknown`: this breaker did not make the token; guard booked nothing
 */
export type Settlement =
  | { readonly applied: true }
  | { readonly applied: false; readonly reason: "stale" | "settled" | "refused" | "unknown" };
