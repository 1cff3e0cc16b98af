import type { Usage } from "@guard/core";

/**
 * What a model call has cost, as far as its result says; `undefined` where it says nothing. Takes what
 * LangChain tells at the end of a call, of chat models and of those that complete texts.
 *
 * All choices of one call tell the same figures, so the first that tells some speaks for them all. What
 * LangChain only estimates (`estimatedTokenUsage`) is not looked at.
 */
export function toUsage(output: unknown): Usage | undefined {
  const choices = choicesOf(output);
  const usage = {
    ...(choices.map(toTokens).find(isKnown) ?? toRawTokens(outputUsage(output))),
    usd: choices.map(toUsd).find(isKnown),
    model: choices.map(toModel).find(isKnown),
    serviceTier: choices.map(toServedTier).find(isKnown),
  };
  return known(usage);
}

/** What several parts of one answer have used together. */
export function plusUsage(a: Usage, b: Usage): Usage {
  const both: Record<string, unknown> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = both[name];
    both[name] = typeof before === "number" && typeof value === "number" ? before + value : value;
  }
  return both;
}

type Figure = number | undefined;

/** The tokens of one call, all names there or none. */
interface Tokens {
  readonly inputTokens: Figure;
  readonly cachedInputTokens: Figure;
  readonly cacheWriteTokens: Figure;
  readonly outputTokens: Figure;
}

/** One choice of an answer: a chat message, or a text with what is known of how it was made. */
function choicesOf(output: unknown): readonly unknown[] {
  const generations = read(output, "generations");
  return Array.isArray(generations) ? generations.flat() : [];
}

function outputUsage(output: unknown): unknown {
  return read(output, "llmOutput", "tokenUsage") ?? read(output, "llmOutput", "usage");
}

function toTokens(choice: unknown): Tokens | undefined {
  const standard = toStandardTokens(read(choice, "message", "usage_metadata"));
  const raw = toRawTokens(rawUsage(choice));
  if (standard === undefined) {
    return raw ?? toRawTokens(read(choice, "message", "response_metadata", "tokenUsage"));
  }
  // Older clients know of tokens written to a cache, but pass them on only in the provider's words.
  const written = raw?.cacheWriteTokens;
  const cacheWriteTokens = written === undefined ? undefined : written / timesTold(choice);
  return { ...standard, cacheWriteTokens: standard.cacheWriteTokens ?? cacheWriteTokens };
}

/** The provider's own words, as LangChain passes them on. */
function rawUsage(choice: unknown): unknown {
  const message = read(choice, "message");
  return (
    read(message, "response_metadata", "usage") ??
    read(message, "additional_kwargs", "__raw_response", "usage")
  );
}

/** Tokens as today's chat models tell them: all of the input, and what of it went through a cache. */
function toStandardTokens(usage: unknown): Tokens | undefined {
  if (usage === undefined) return undefined;
  const details = read(usage, "input_token_details");
  const cached = figure(read(details, "cache_read"));
  const ephemeral = sum(
    figure(read(details, "ephemeral_5m_input_tokens")),
    figure(read(details, "ephemeral_1h_input_tokens")),
  );
  const written = figure(read(details, "cache_creation")) || ephemeral;
  const input = figure(read(usage, "input_tokens"));
  // Some clients of Anthropic leave the cached tokens out of the input; nothing else can be cached.
  const leftOut = (sum(cached, written) ?? 0) > (input ?? 0);
  return saying({
    inputTokens: leftOut ? sum(input, cached, written) : input,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    outputTokens: figure(read(usage, "output_tokens")),
  });
}

/** Tokens as older models tell them, in the words of LangChain or of their provider. */
function toRawTokens(usage: unknown): Tokens | undefined {
  if (usage === undefined) return undefined;
  const named = (...names: readonly string[]) =>
    names.map((name) => figure(read(usage, name))).find(isKnown);
  const cached = named("cache_read_input_tokens");
  const written = named("cache_creation_input_tokens");
  const anthropics = named("input_tokens"); // leaves out what is cached
  return saying({
    inputTokens:
      anthropics === undefined
        ? named("prompt_tokens", "promptTokens", "inputTokens")
        : sum(anthropics, cached, written),
    cachedInputTokens: cached ?? figure(read(usage, "prompt_tokens_details", "cached_tokens")),
    cacheWriteTokens: written ?? figure(read(usage, "prompt_tokens_details", "cache_write_tokens")),
    outputTokens: named("output_tokens", "completion_tokens", "completionTokens", "outputTokens"),
  });
}

/** Tokens, unless neither direction is known: then somebody else may know them. */
function saying(tokens: Tokens): Tokens | undefined {
  return tokens.inputTokens === undefined && tokens.outputTokens === undefined ? undefined : tokens;
}

/** xAI counts money in these. */
const ticksPerUsd = 1e10;

/**
 * What the provider says the call has cost. 0 is no price: routers say so of calls that are billed to
 * somebody's own key.
 */
function toUsd(choice: unknown): Figure {
  const raw = rawUsage(choice);
  if (raw === undefined) return undefined;
  const upstream = read(raw, "cost_details", "upstream_inference_cost");
  const usd = [
    withUpstream(read(raw, "cost"), upstream),
    amount(read(raw, "cost_in_usd_ticks")) / ticksPerUsd,
  ].find((cost) => cost > 0);
  return usd === undefined ? undefined : usd / timesTold(choice);
}

/** OpenRouter's cost holds the upstream's; with a key of one's own it is a fee on top of that. */
function withUpstream(cost: unknown, upstream: unknown): number {
  const [own, theirs] = [amount(cost), amount(upstream)];
  return theirs > own ? own + theirs : own;
}

function amount(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}

/**
 * How often the provider's words are in the metadata of a streamed message. LangChain adds up the figures
 * of all parts, and some parts bring those of the whole call again; `usage_metadata` has them once.
 */
function timesTold(choice: unknown): number {
  const once = toStandardTokens(read(choice, "message", "usage_metadata"))?.inputTokens;
  const all = figure(read(rawUsage(choice), "prompt_tokens"));
  const times = (all ?? 0) / (once ?? 0);
  return Number.isFinite(times) && times > 1 ? times : 1;
}

/**
 * The model that answered. What a choice says of itself comes first: of a streamed message LangChain joins
 * the names that its parts bring.
 */
function toModel(choice: unknown): string | undefined {
  const message = read(choice, "message");
  return [
    read(choice, "generationInfo", "model_name"),
    read(message, "response_metadata", "model_name"),
    read(message, "response_metadata", "model"),
    read(message, "additional_kwargs", "model"),
  ].find((name): name is string => typeof name === "string" && name !== "");
}

/** The service tier that was served: it may be another than was asked for. */
function toServedTier(choice: unknown): string | undefined {
  const message = read(choice, "message");
  const told = [
    read(message, "response_metadata", "service_tier"),
    read(message, "additional_kwargs", "service_tier"),
  ];
  return told.find((tier): tier is string => typeof tier === "string" && tier !== "");
}

function sum(...figures: readonly Figure[]): Figure {
  const said = figures.filter(isKnown);
  return said.length === 0 ? undefined : said.reduce((all, value) => all + value);
}

/** What is given, but is no number, becomes one that can't be booked: core leaves it out and says so. */
function figure(value: unknown): Figure {
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" ? value : Number.NaN;
}

function isKnown<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** Without what is not known; `undefined` where nothing is. */
function known(usage: Readonly<Record<string, unknown>>): Usage | undefined {
  let said: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(usage)) {
    if (value !== undefined) (said ??= {})[name] = value;
  }
  return said;
}

/** A value deep inside what somebody else made; `undefined` where it is not there or can't be read. */
export function read(value: unknown, ...path: readonly string[]): unknown {
  let inner = value;
  try {
    for (const key of path) inner = (inner as Record<string, unknown> | null | undefined)?.[key];
    return inner;
  } catch {
    return undefined;
  }
}
