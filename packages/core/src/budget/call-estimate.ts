import type { Call, ModelCall } from "../vocabulary/call.ts";
import type { EventDraft } from "../vocabulary/events.ts";
import type { ToolRuns } from "../vocabulary/provider-tool.ts";
import type { TokenEstimator } from "../ports/tokens.ts";
import type { Limited } from "./limits.ts";
import { amountsOfEstimate, isBookable, nothing, toNanoUsd, whole } from "./amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import { countsOf, type CallCounts } from "./call-counts.ts";
import { promptText } from "./prompt-text.ts";
import { priceOf, type PriceOptions } from "./price-of.ts";

/**
 * The most tokens that guard holds for an answer. Without it, a request without a limit would hold the whole budget,
 * and one with a high limit most of it, although nearly all answers are shorter.
 */
const answerTokens = 4_096;

/** The options that estimates need. */
export interface EstimateOptions extends PriceOptions {
  readonly tokens: TokenEstimator;
  readonly limited: Limited;
}

/** What a call will use: a count of its kind, and its estimated cost. */
export interface CallEstimate extends CallCounts {
  /** The least cost: its request, or the caller's estimate. */
  readonly certain: Amounts;
  /** What guard holds: with a possible answer, and the tools that the provider may run. */
  readonly likely: Amounts;
  /** The estimated tokens of the request. The estimator learns the real number later. */
  readonly estimatedTokens?: number;
  /** The model's price is unknown, and `pricing.unknown` is `deny`. */
  readonly isUnpriced?: true;
}

/** What a call will use: by the caller's estimate, the tool's price, or guard's estimate of a model call. */
export function estimateCall(
  options: EstimateOptions,
  call: Call,
  tell: (event: EventDraft) => void,
): CallEstimate {
  const counts = countsOf(call.kind);
  if (call.kind === "model" && call.estimate === undefined) {
    return { ...counts, ...estimated(options, call, tell) };
  }
  const known = call.estimate === undefined ? nothing : amountsOfEstimate(call.estimate);
  return { ...counts, certain: known, likely: known };
}

type Estimated = Pick<CallEstimate, "certain" | "likely" | "estimatedTokens" | "isUnpriced">;

function estimated(
  options: EstimateOptions,
  call: ModelCall,
  tell: (event: EventDraft) => void,
): Estimated {
  const { limited, pricing } = options;
  const unknown: Estimated = { certain: nothing, likely: nothing };
  if (!limited.tokens && !limited.usd) return unknown;
  // Errors of the price table become events when the call has come back.
  const priced = (inputTokens: number, outputTokens: number, providerTools?: ToolRuns) =>
    limited.usd
      ? priceOf(options, { ...call, inputTokens, outputTokens, providerTools }, () => {})
      : 0;
  const isDenied = pricing.unknown === "deny" && priced(1, 1) === "unknown";
  if (isDenied) return { ...unknown, isUnpriced: true };
  const estimatedTokens = requestTokens(options, call, tell);
  // The limit of the answer is known even if the request is not.
  const input = estimatedTokens ?? 0;
  const output = Math.min(call.maxOutputTokens ?? answerTokens, answerTokens);
  return {
    certain: amounts(input, priced(input, 0)),
    likely: amounts(input + output, priced(input, output, call.providerTools)),
    ...(estimatedTokens === undefined ? {} : { estimatedTokens }),
  };
}

function amounts(tokens: number, usd: number | "unknown"): Amounts {
  return { tokens: whole(tokens), nanoUsd: usd === "unknown" ? 0 : toNanoUsd(usd) };
}

function requestTokens(
  options: EstimateOptions,
  { prompt, model }: ModelCall,
  tell: (event: EventDraft) => void,
): number | undefined {
  if (prompt === undefined) return undefined;
  const sent = () => promptText(typeof prompt === "function" ? prompt() : prompt);
  return estimateTokens(options, sent, model, tell);
}

/** The tokens of a text by the estimator. `undefined` if it fails; then guard emits an event. */
export function estimateTokens(
  { tokens }: Pick<EstimateOptions, "tokens">,
  text: () => string,
  model: string | undefined,
  tell: (event: EventDraft) => void,
): number | undefined {
  try {
    const estimate = tokens.estimate(text(), model);
    return isBookable(estimate) ? estimate : undefined;
  } catch (error) {
    tell({ type: "port-error", port: "tokens", error });
    return undefined;
  }
}
