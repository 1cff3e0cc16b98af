import { amountsOf, atLeast, isBookable, nothing } from "../budget/amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import { estimateTokens } from "../budget/call-estimate.ts";
import { knownPrice, unknownPrice, type Priced } from "../budget/price-of.ts";
import type { Outcome, Usage } from "../vocabulary/call.ts";
import { providerTools } from "../vocabulary/provider-tool.ts";
import type { EventDraft } from "../vocabulary/events.ts";
import type { Settings } from "../options/settings.ts";
import type { PendingCall } from "./state.ts";

/** What a call has cost, and which part the provider reported. */
export interface CallCost {
  readonly usage: Usage;
  readonly spent: Amounts;
  /** For a model call: what its price depends on. */
  readonly paid?: Priced;
}

/**
 * What a call has cost. A model call costs its reported tokens, at the price of the price table, the provider or the
 * ceiling; a tool costs what was reported or declared. A model call without reported usage costs what guard held for
 * it, unless it failed; tools that the provider has run come on top. An aborted call costs its request and what was
 * streamed; if that is unknown, at least what guard held. guard emits an event for each wrong figure.
 */
export function costOf(
  settings: Settings,
  call: PendingCall,
  outcome: Outcome,
  tell: (event: EventDraft) => void,
): CallCost {
  const told = bookable(outcome.usage, tell);
  if (call.kind !== "model") return booked(declared(settings, call, outcome, told));
  learn(settings, call, told, tell);
  const streamed = withStreamed(settings, call, outcome, told, tell);
  const usage = streamed ?? told;
  const isCounted = (usage.inputTokens ?? usage.outputTokens) !== undefined;
  const isTold = isCounted || usage.usd !== undefined;
  const isHeld = outcome.status !== "failure" && settings.pricing.missingUsage === "estimate";
  const held = isHeld ? call.reserved : nothing;
  const paid = paidFor(call, isTold ? usage : asHeld(call, held, usage));
  const isPriced = isTold || usage.providerTools !== undefined;
  const priced = isPriced ? withPrice(settings, paid, usage, tell) : usage;
  if (outcome.status === "failure") return { ...booked(priced), paid };
  const { limited } = settings;
  if (outcome.status === "success" && !isTold && (limited.usd || limited.tokens)) {
    tell({ type: "missing-usage", model: modelOf(call.signed) });
  }
  const reported = amountsOf(priced);
  const isWhole = outcome.status === "success" || streamed?.inputTokens !== undefined;
  if (!isWhole || !isTold) return { usage: priced, spent: atLeast(reported, held), paid };
  const spent = {
    tokens: isCounted ? reported.tokens : held.tokens,
    nanoUsd: priced.usd === undefined ? held.nanoUsd : reported.nanoUsd,
  };
  return { usage: priced, spent, paid };
}

/**
 * What an aborted model call has used, if its streamed part is known: at least that part, and its request as reported
 * or estimated.
 */
function withStreamed(
  settings: Settings,
  { signed, estimatedTokens }: PendingCall,
  outcome: Outcome,
  usage: Usage,
  tell: (event: EventDraft) => void,
): Usage | undefined {
  if (outcome.status !== "ignored" || settings.pricing.missingUsage === "zero") return undefined;
  const { streamed } = outcome;
  if (typeof streamed !== "string" || streamed === "") return undefined;
  const model = usage.model ?? modelOf(signed);
  const counted = estimateTokens(settings, () => streamed, model, tell);
  if (counted === undefined) return undefined;
  // A report of 0 in the middle of an answer means that the figure is not known yet.
  const inputTokens = usage.inputTokens || estimatedTokens;
  const outputTokens = Math.max(usage.outputTokens ?? 0, counted);
  return { ...usage, outputTokens, ...(inputTokens === undefined ? {} : { inputTokens }) };
}

const booked = (usage: Usage): CallCost => ({ usage, spent: amountsOf(usage) });

/** Adds the declared price of a tool, if the call reports none and was not aborted. */
function declared(settings: Settings, call: PendingCall, outcome: Outcome, usage: Usage): Usage {
  if (usage.usd !== undefined || outcome.status === "ignored" || call.kind !== "tool") return usage;
  const usd = settings.toolOptions.get(call.signed.tool)?.usd;
  return usd === undefined ? usage : { ...usage, usd };
}

/** What a call has used, if it reports only its tools: the rest is what guard held. */
function asHeld({ estimatedTokens = 0 }: PendingCall, { tokens }: Amounts, usage: Usage): Usage {
  const inputTokens = Math.min(estimatedTokens, tokens);
  return { ...usage, inputTokens, outputTokens: tokens - inputTokens };
}

function paidFor({ signed, provider, serviceTier }: PendingCall, usage: Usage): Priced {
  return {
    ...usage,
    model: usage.model ?? modelOf(signed),
    provider,
    serviceTier: usage.serviceTier ?? serviceTier,
    inputTokens: usage.inputTokens ?? 0,
    outputTokens: usage.outputTokens ?? 0,
    reportedUsd: usage.usd,
  };
}

function withPrice(
  settings: Settings,
  paid: Priced,
  usage: Usage,
  tell: (event: EventDraft) => void,
): Usage {
  const { tokens } = amountsOf(usage);
  if (usage.usd === 0 && tokens === 0) return usage; // an answer from a cache of the framework's
  const known = knownPrice(settings, paid, tell);
  if (known !== undefined) return { ...usage, usd: known };
  // Without a price table and a limit in USD the user does not ask for prices.
  if (settings.price === undefined && !settings.limited.usd) return usage;
  tell({ type: "unpriced", model: paid.model });
  const usd = unknownPrice(settings, paid);
  return usd === "unknown" ? usage : { ...usage, usd };
}

/** The model of the call, if it names one. */
function modelOf({ tool }: PendingCall["signed"]): string | undefined {
  return tool === "" ? undefined : tool;
}

function learn(
  { tokens }: Settings,
  { signed, estimatedTokens }: PendingCall,
  { inputTokens }: Usage,
  tell: (event: EventDraft) => void,
): void {
  if (estimatedTokens === undefined || inputTokens === undefined) return;
  try {
    tokens.learn?.(modelOf(signed), estimatedTokens, inputTokens);
  } catch (error) {
    tell({ type: "port-error", port: "tokens", error });
  }
}

const figures = [
  "inputTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "cacheWrite1hTokens",
  "outputTokens",
  "usd",
] as const;

function bookable(usage: Usage | undefined, tell: (event: EventDraft) => void): Usage {
  const tools = bookableOf(providerTools, fieldOf(usage, "providerTools"), "providerTools.", tell);
  const kept: { -readonly [Field in keyof Usage]: Usage[Field] } = {
    ...bookableOf(figures, usage, "", tell),
    ...(Object.keys(tools).length === 0 ? {} : { providerTools: tools }),
  };
  for (const field of ["model", "serviceTier"] as const) {
    const name = fieldOf(usage, field);
    if (typeof name === "string") kept[field] = name;
  }
  return kept;
}

function bookableOf<Field extends string>(
  fields: readonly Field[],
  told: unknown,
  path: string,
  tell: (event: EventDraft) => void,
): Partial<Record<Field, number>> {
  const kept: Partial<Record<Field, number>> = {};
  for (const field of fields) {
    const figure = fieldOf(told, field);
    if (figure === undefined) continue;
    if (isBookable(figure)) kept[field] = figure;
    else tell({ type: "bad-usage", field: path + field });
  }
  return kept;
}

/** Reads a figure of a provider's report, which may be anything. A figure that can't be read is NaN. */
function fieldOf(told: unknown, field: string): unknown {
  try {
    return Reflect.get(Object(told) as object, field);
  } catch {
    return Number.NaN;
  }
}
