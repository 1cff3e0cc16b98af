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
 * Tokens that are held at most for an answer. A request without a limit of its own would hold the whole
 * budget, and one with a generous limit most of it, while nearly all answers are shorter.
 */
const answerTokens = 4_096;

/** What estimates are made from. */
export interface EstimateOptions extends PriceOptions {
  readonly tokens: TokenEstimator;
  readonly limited: Limited;
}

/** What a call will use: a call of its kind, and what it is expected to cost. */
export interface CallEstimate extends CallCounts {
  /** What it costs at least: its request, or what its caller has said. */
  readonly certain: Amounts;
  /** What is held for it: with the answer that it may bring, and the tools that its provider may run. */
  readonly likely: Amounts;
  /** Tokens of the request as they were estimated: what it really had is told to the estimator. */
  readonly estimatedTokens?: number;
  /** The model's price is unknown, and `pricing.unknown` is `deny`. */
  readonly isUnpriced?: true;
}

/** What a call will use: as its caller says, as its tool is priced, or as a model call is estimated. */
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
  // What the price table does wrong is told when the call has come back.
  const priced = (inputTokens: number, outputTokens: number, providerTools?: ToolRuns) =>
    limited.usd
      ? priceOf(options, { ...call, inputTokens, outputTokens, providerTools }, () => {})
      : 0;
  const isDenied = pricing.unknown === "deny" && priced(1, 1) === "unknown";
  if (isDenied) return { ...unknown, isUnpriced: true };
  const estimatedTokens = requestTokens(options, call, tell);
  // Of a request that is not told the answer's ceiling is known all the same.
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

/** The tokens of a text as the estimator counts them; `undefined` where it can't, which an event tells. */
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
