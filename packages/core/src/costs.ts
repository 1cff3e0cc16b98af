import { isBookable } from "./budget/amounts.ts";
import type { Call, Outcome, Usage } from "./call.ts";
import type { EventDraft } from "./events.ts";
import type { Settings } from "./options.ts";
import type { InFlight } from "./state.ts";

/** A call with the declared price of its tool as its estimate, where it brings none of its own. */
export function withEstimate(settings: Settings, call: Call): Call {
  if (call.kind !== "tool" || call.estimate?.usd !== undefined) return call;
  const usd = settings.toolOptions.get(call.tool)?.usd;
  return usd === undefined ? call : { ...call, estimate: { ...call.estimate, usd } };
}

/**
 * What a call has cost: as reported, else what the price table says of a model's tokens, else the
 * declared price of the tool. Figures that can't be booked are reported and left out.
 */
export function costOf(
  settings: Settings,
  call: InFlight,
  outcome: Outcome,
  tell: (event: EventDraft) => void,
): Usage | undefined {
  const usage = bookable(outcome.usage, tell);
  if (usage.usd !== undefined || outcome.status === "ignored") return usage;
  if (call.kind === "tool") {
    const usd = settings.toolOptions.get(call.signed.tool)?.usd;
    return usd === undefined ? usage : { ...usage, usd };
  }
  if (call.kind !== "model" || (usage.inputTokens ?? usage.outputTokens) === undefined)
    return usage;
  const usd = priced(settings, call, usage, tell);
  if (usd !== undefined) return { ...usage, usd };
  if (settings.budget.usd !== undefined) tell({ type: "unpriced", model: call.signed.tool });
  return usage;
}

function priced(
  settings: Settings,
  call: InFlight,
  usage: Usage,
  tell: (event: EventDraft) => void,
): number | undefined {
  try {
    const usd = settings.price?.({
      model: usage.model ?? call.signed.tool,
      provider: call.provider,
      inputTokens: usage.inputTokens ?? 0,
      cachedInputTokens: usage.cachedInputTokens ?? 0,
      cacheWriteTokens: usage.cacheWriteTokens ?? 0,
      outputTokens: usage.outputTokens ?? 0,
      serviceTier: undefined,
      reportedUsd: usage.usd,
      at: settings.clock(),
    });
    return bookable(usd === undefined ? {} : { usd }, tell).usd;
  } catch (error) {
    tell({ type: "port-error", port: "price", error });
    return undefined;
  }
}

function bookable(usage: Usage | undefined, tell: (event: EventDraft) => void): Usage {
  const fields = (
    ["inputTokens", "cachedInputTokens", "cacheWriteTokens", "outputTokens", "usd"] as const
  ).flatMap((field) => {
    const figure = usage?.[field];
    if (figure === undefined) return [];
    if (isBookable(figure)) return [[field, figure] as const];
    tell({ type: "bad-usage", field });
    return [];
  });
  const model = usage?.model === undefined ? {} : { model: usage.model };
  return { ...Object.fromEntries(fields), ...model };
}
