import type { Usage } from "@guard/core";

/**
 * What a call has cost, as far as model and provider said; `undefined` where they said nothing. Takes an
 * answer or the `finish` part of its stream, of any version of the models' specification.
 */
export function toUsage(
  answer: unknown,
  servedModel: unknown = read(answer, "response", "modelId"),
): Usage | undefined {
  const { inputTokens, cachedInputTokens, cacheWriteTokens } = toInput(answer);
  const output = read(answer, "usage", "outputTokens");
  const usage = {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens: isDetailed(output) ? total(output, "text", "reasoning") : figure(output),
    usd: toUsd(answer),
    model: typeof servedModel === "string" && servedModel !== "" ? servedModel : undefined,
    serviceTier: toServedTier(answer),
  };
  const said = Object.entries(usage).filter(([, value]) => value !== undefined);
  return said.length === 0 ? undefined : Object.fromEntries(said);
}

/** The service tier that was served: it may be another than was asked for. */
function toServedTier(answer: unknown): string | undefined {
  const tier = read(answer, "providerMetadata", "openai", "serviceTier");
  return typeof tier === "string" && tier !== "" ? tier : undefined;
}

type Figure = number | undefined;

interface Input {
  readonly inputTokens: Figure;
  readonly cachedInputTokens: Figure;
  readonly cacheWriteTokens: Figure;
}

function toInput(answer: unknown): Input {
  const input = read(answer, "usage", "inputTokens");
  if (!isDetailed(input)) return toPlainInput(answer);
  return {
    inputTokens: total(input, "noCache", "cacheRead", "cacheWrite"),
    cachedInputTokens: figure(read(input, "cacheRead")),
    cacheWriteTokens: figure(read(input, "cacheWrite")),
  };
}

/**
 * The input of models whose specification has one number for it (V2). Anthropic's leave what is read from
 * and written to the cache out of that number, wherever they are run.
 */
function toPlainInput(answer: unknown): Input {
  const inputTokens = figure(read(answer, "usage", "inputTokens"));
  const cachedInputTokens = figure(read(answer, "usage", "cachedInputTokens"));
  const metadata = read(answer, "providerMetadata");
  const cacheWriteTokens =
    figure(read(metadata, "anthropic", "cacheCreationInputTokens")) ??
    figure(read(metadata, "bedrock", "usage", "cacheWriteInputTokens"));
  const leftOut = (read(metadata, "anthropic") ?? read(metadata, "bedrock")) !== undefined;
  return {
    inputTokens: leftOut ? sum(inputTokens, cachedInputTokens, cacheWriteTokens) : inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
  };
}

function isDetailed(tokens: unknown): tokens is object {
  return typeof tokens === "object" && tokens !== null;
}

/** The total of a direction, or the sum of its parts where the provider gives no total. */
function total(tokens: object, ...parts: readonly string[]): Figure {
  return figure(read(tokens, "total")) ?? sum(...parts.map((part) => figure(read(tokens, part))));
}

function sum(...figures: readonly Figure[]): Figure {
  const known = figures.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((all, value) => all + value);
}

/** What is given, but is no number, becomes one that can't be booked: core leaves it out and says so. */
function figure(value: unknown): Figure {
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" ? value : Number.NaN;
}

/** xAI counts money in these. */
const ticksPerUsd = 1e10;

/**
 * What the provider says the call has cost. 0 is no price: routers say so of calls that are billed to
 * somebody's own key.
 */
function toUsd(answer: unknown): Figure {
  const metadata = read(answer, "providerMetadata");
  const raw = read(answer, "usage", "raw");
  const body = read(answer, "response", "body", "usage"); // some clients leave the cost out of `raw`
  const routed = read(metadata, "openrouter", "usage");
  const ticks = read(metadata, "xai", "costInUsdTicks") ?? read(raw, "cost_in_usd_ticks");
  return [
    withUpstream(read(raw, "cost"), read(raw, "cost_details", "upstream_inference_cost")),
    withUpstream(read(body, "cost"), read(body, "cost_details", "upstream_inference_cost")),
    withUpstream(read(routed, "cost"), read(routed, "costDetails", "upstreamInferenceCost")),
    amount(read(metadata, "gateway", "cost")),
    amount(read(metadata, "gateway", "marketCost")),
    amount(ticks) / ticksPerUsd,
  ].find((usd) => usd > 0);
}

/** OpenRouter's cost holds the upstream's; with a key of one's own it is a fee on top of that. */
function withUpstream(cost: unknown, upstream: unknown): number {
  const [own, theirs] = [amount(cost), amount(upstream)];
  return theirs > own ? own + theirs : own;
}

/** An amount of money, which gateways give as a text. */
function amount(value: unknown): number {
  const isText = typeof value === "string" && value.trim() !== "";
  return typeof value === "number" || isText ? Number(value) : Number.NaN;
}

/** A value deep inside what somebody else made; `undefined` where it is not there or can't be read. */
export function read(value: unknown, ...path: readonly string[]): unknown {
  try {
    return path.reduce<unknown>(
      (inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key],
      value,
    );
  } catch {
    return undefined;
  }
}
