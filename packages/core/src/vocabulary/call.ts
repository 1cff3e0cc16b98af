import type { PriceUsed } from "./price-used.ts";
import type { ToolRuns } from "./provider-tool.ts";

/** What may be done with a tool, as far as repeating it is concerned. */
export const toolPolicies = [
  "read",
  "mutating",
  "polling",
  "paging",
  "step",
  "wait",
  "note",
  "output",
  "delegate",
  "exempt",
  "unknown",
] as const;

/**
 * How a tool behaves when it is called again.
 *
 * - `read`: looks something up and changes nothing
 * - `mutating`: has an effect in the world (send, pay, create, …)
 * - `polling`: is asked again on purpose until its answer changes
 * - `paging`: moves a cursor, so the same arguments bring the next page
 * - `step`: moves something else by one (click, scroll, press a key, toggle, add to a cart)
 * - `wait`: only lets time pass
 * - `note`: writes for the agent alone (a thought, a plan, a to-do list): it brings no news
 * - `output`: is the agent's answer (a structured output): nothing comes back, and no rule judges it
 * - `delegate`: hands work to another agent
 * - `exempt`: is judged by no rule; ceilings and the latch still hold
 * - `unknown`: nothing is known; judged by its outcomes
 */
export type ToolPolicy = (typeof toolPolicies)[number];

/** What a call is expected to cost; reserved when the call is admitted, replaced when it settles. */
export interface Estimate {
  readonly tokens?: number;
  readonly usd?: number;
}

/** What a call has cost, as far as it was reported. */
export interface Usage {
  /** All tokens of the request, cached ones included. */
  readonly inputTokens?: number;
  /** Of `inputTokens`, those read from the provider's cache. */
  readonly cachedInputTokens?: number;
  /** Of `inputTokens`, those written into the provider's cache. */
  readonly cacheWriteTokens?: number;
  /** Of `cacheWriteTokens`, those that stay in the cache for an hour. */
  readonly cacheWrite1hTokens?: number;
  /** All tokens of the answer, those for reasoning included. */
  readonly outputTokens?: number;
  /** How often the provider ran tools of its own, such as `{ web_search: 3 }`. */
  readonly providerTools?: ToolRuns;
  /** What the provider says it has cost. */
  readonly usd?: number;
  /** The model that answered, where it is another than was asked, such as a dated one. */
  readonly model?: string;
  /** The service tier that the provider says it has served, where it may be another than was asked. */
  readonly serviceTier?: string;
}

/** A tool that a model's answer asks for. */
export interface ToolCall {
  readonly kind: "tool";
  readonly tool: string;
  readonly args?: unknown;
  /** The framework's id of this call inside its answer. */
  readonly id?: string;
  /** What the caller knows about the tool; a policy declared in the options wins over it. */
  readonly policy?: ToolPolicy;
  readonly estimate?: Estimate;
}

/** A request that is about to be sent to a model. */
export interface ModelCall {
  readonly kind: "model";
  readonly model?: string;
  /** The provider as the framework calls it, such as `openai.responses`. */
  readonly provider?: string;
  readonly id?: string;
  /**
   * What is sent to the model, or a function that gives it. Only its length in tokens is looked at, and it
   * is asked for only where tokens or money are counted.
   */
  readonly prompt?: unknown;
  /** The most tokens that the answer may have, where the request says so. */
  readonly maxOutputTokens?: number;
  /** The provider's service tier, where one is asked for. */
  readonly serviceTier?: string;
  /** How often the provider may run tools of its own, such as `{ web_search: 1 }`: the fees are held. */
  readonly providerTools?: ToolRuns;
  /** What it is expected to cost, where the caller knows better than guard can estimate. */
  readonly estimate?: Estimate;
}

/** Work that one agent gives to another: a hand-off, a sub-agent, an agent used as a tool. */
export interface DelegationCall {
  readonly kind: "delegation";
  readonly to: string;
  readonly task?: unknown;
  /** Names the task whatever its words are, so that giving it out again is known for what it is. */
  readonly taskId?: string;
  readonly id?: string;
  readonly estimate?: Estimate;
}

/** What an agent asks for. */
export type Call = ToolCall | ModelCall | DelegationCall;

/**
 * What came back from a call.
 *
 * `ignored` (an abort, a call that was never made) frees the permit and moves nothing; `unknown` is
 * for a call whose result guard could not see: it equals itself and counts half.
 *
 * `streamed` is what of a model's answer had come before it was aborted: text, thoughts and arguments. Guard
 * counts its tokens and keeps none of it. Such a call has cost its request and what was streamed; one of
 * which nothing is told has cost at least what was held for it.
 *
 * @example
 * await lane.settle(token, { status: "ignored", streamed: "The port is" });
 */
export type Outcome =
  | { readonly status: "success"; readonly result?: unknown; readonly usage?: Usage }
  | { readonly status: "failure"; readonly error?: unknown; readonly usage?: Usage }
  | { readonly status: "ignored"; readonly usage?: Usage; readonly streamed?: string }
  | { readonly status: "unknown"; readonly usage?: Usage };

/** What is said about one call, from the mildest to the strongest. */
const verdicts = ["allow", "warn", "block", "open"] as const;

/** `warn`: allowed, and the model is told; `block`: this call is refused; `open`: the run ends. */
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
export type RuleName = (typeof ruleNames)[number];

/** Why a run was stopped. */
export type Reason = "loop" | "budget" | "delegation" | "failure" | "context" | "drift" | "manual";

/** One rule's evidence. Holds names, counts and hashes, never arguments or results. */
export interface Finding {
  readonly rule: RuleName | "ceiling" | "manual";
  readonly reason: Reason;
  readonly verdict: Exclude<Verdict, "allow">;
  /** What the rule counted; its unit is the rule's (see the rule's file). */
  readonly count: number;
  /** The threshold that was reached, in the unit of `count`. */
  readonly limit: number;
  readonly agent: string;
  readonly tool?: string;
  readonly signatures: readonly string[];
  /** The line of options that would have let the call through, where a declaration would. */
  readonly cure?: string;
  /** What the loop has cost so far, as far as its calls and answers said. */
  readonly cost: { readonly calls: number; readonly tokens: number; readonly usd: number };
  /** For a ceiling: which one. */
  readonly ceiling?: string;
  /** For a ceiling: whose, such as `run` or `user:42`. */
  readonly account?: string;
  /** For a ceiling in USD that stops a run: the price that it was reckoned with, of the model asked last. */
  readonly price?: PriceUsed;
  /** For a stop by hand: who has said so. */
  readonly by?: string;
  /** For a stop by hand: why, in the words of who has said so. */
  readonly why?: string;
}

/**
 * A receipt for one admitted call: give it back to `settle`. Plain data, so it may cross a process.
 * A token of an older generation moves nothing any more. Only the breaker that gave it knows it, or a
 * breaker that goes on from a snapshot in which the call was pending.
 */
export interface Token {
  readonly id: string;
  readonly lane: string;
  readonly generation: number;
  /** Set when the call was refused: settling it is a no-op. */
  readonly refused?: true;
  /** Set when the call was let through although the run has been stopped. */
  readonly granted?: true;
}

/** What `admit` says about one call. */
export interface Decision {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly token: Token;
  /** When it is worth asking again, in milliseconds; absent where time alone changes nothing. */
  readonly retryAfterMs?: number;
}

/**
 * What `settle` did with a result. Its cost is booked the first time in any case.
 *
 * - `stale`: the circuit has moved on since the call was admitted
 * - `settled`: the call has settled before
 * - `refused`: the call was refused, so it has not run
 * - `unknown`: another breaker has given the token, or it was changed; nothing was booked
 */
export type Settlement =
  | { readonly applied: true }
  | { readonly applied: false; readonly reason: "stale" | "settled" | "refused" | "unknown" };
