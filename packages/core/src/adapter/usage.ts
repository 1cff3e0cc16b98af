import type { Usage } from "../vocabulary/call.ts";
import { figureIn, has, preferred, toKeys, toRows, type Figure, type Keys } from "./figures.ts";
import { toolRunsOf } from "./provider-tools.ts";
import { read } from "./read.ts";
import { costFields, nameFields, tokenFields } from "./usage-fields.ts";

/**
 * Returns what a model call has used, according to its answer. `undefined` if the answer says nothing.
 *
 * `figures` may hold tokens and costs, in the words of any provider (see `usage-fields.ts`) or as guard's own `Usage`.
 * `names` may name the model and the service tier. `parts` of the answer may show tools that the provider ran. Each
 * list begins with the best source; a value may be anything. A wrong figure stays in: the breaker emits `bad-usage` for
 * it.
 *
 * @example
 * usageOf([answer.usage], [answer]); // { inputTokens: 100, outputTokens: 20, model: "gpt-5-mini" }
 */
export function usageOf(
  figures: readonly unknown[],
  names: readonly unknown[] = [],
  parts: readonly unknown[] = [],
): Usage | undefined {
  const places = figures.filter((place) => typeof place === "object" && place !== null);
  const usage = {
    ...wholeTokens(places.map(tokensIn)),
    providerTools: toolRunsOf(places, parts),
    usd: places.map(usdIn).find((usd) => usd !== undefined),
    model: nameIn(names, nameFields.model),
    serviceTier: nameIn(names, nameFields.serviceTier),
  };
  const known = Object.entries(usage).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

type Tokens = Readonly<Partial<Record<keyof typeof tokenFields, number>>>;

/** The first place with input or output tokens gives both; another place may know the tokens of the cache. */
function wholeTokens(places: readonly Tokens[]): Readonly<Record<string, Figure>> {
  const told = places.find((place) => (place.inputTokens ?? place.outputTokens) !== undefined);
  if (told === undefined) return {};
  const cachedInputTokens = preferred(places.map((place) => place.cachedInputTokens));
  const cacheWriteTokens = preferred(places.map((place) => place.cacheWriteTokens));
  const cacheWrite1hTokens = preferred(places.map((place) => place.cacheWrite1hTokens));
  const caches = { cachedInputTokens, cacheWriteTokens, cacheWrite1hTokens };
  const inCache = (cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0);
  const { inputTokens: input = 0, outputTokens: output = 0, totalTokens: total = 0 } = told;
  const { reasoningTokens: reasoning = 0 } = told;
  // Some clients of Anthropic and Bedrock leave the cached tokens out; then only the total holds them. These tell no
  // reasoning apart: where a client does, the rest of the total may be that.
  const isCacheLeftOut = inCache > 0 && reasoning === 0 && total - input - output === inCache;
  const inputTokens = isCacheLeftOut ? input + inCache : withLeftOut(told.inputTokens, inCache);
  // Some clients of Gemini and xAI leave the reasoning out; then the total holds it.
  const outputTokens = withLeftOut(told.outputTokens, reasoning);
  const rest = inputTokens === undefined ? 0 : total - inputTokens - output;
  if (inputTokens === undefined || !(rest > 0)) return { ...caches, inputTokens, outputTokens };
  // Where the reasoning has a figure of its own, what else the total holds was read: by Gemini's tools.
  const wasRead = reasoning > 0 ? Math.max(0, rest - reasoning) : 0;
  const answered = output + rest - wasRead;
  return {
    ...caches,
    inputTokens: inputTokens + wasRead,
    outputTokens: isLess(outputTokens, answered) ? answered : outputTokens,
  };
}

/** A part that is larger than its whole was not counted in it. */
function withLeftOut(whole: Figure, part: number): Figure {
  return isLess(whole, part) ? (whole ?? 0) + part : whole;
}

/** A wrong figure can't be compared: it stays as it is. */
function isLess(figure: Figure = 0, other: number): boolean {
  return figure >= 0 && figure < other;
}

const tokenRows = Object.entries(tokenFields).map(
  ([field, rows]) => [field, toRows(rows)] as const,
);

function tokensIn(place: unknown): Tokens {
  const told: Record<string, Figure> = {};
  for (const [field, rows] of tokenRows) {
    told[field] = preferred(rows.map((row) => figureIn(place, row)));
  }
  return told;
}

const costRows = costFields.map(({ path, upstream, perUsd = 1 }) => ({
  cost: toKeys(path),
  bill: upstream === undefined ? undefined : toKeys(upstream),
  perUsd,
}));

/** 0 is no price: routers report it for calls with the caller's own key. */
function usdIn(place: unknown): Figure {
  const costs = costRows.map(({ cost, bill, perUsd }) => {
    const billed = bill === undefined ? 0 : amountIn(place, bill);
    return (billed === undefined ? 0 : (withLeftOut(amountIn(place, cost), billed) ?? 0)) / perUsd;
  });
  return costs.find((usd) => usd > 0);
}

/** An amount of money. Gateways write it as text. */
function amountIn(place: unknown, keys: Keys): Figure {
  if (!has(place, keys[0]!)) return undefined;
  const value = read(place, ...keys);
  if (typeof value === "string" && value.trim() !== "") return Number(value);
  return typeof value === "number" ? value : undefined;
}

function nameIn(places: readonly unknown[], fields: readonly string[]): string | undefined {
  const told = places.flatMap((place) => fields.map((field) => read(place, field)));
  return told.find((name) => typeof name === "string" && name !== "") as string | undefined;
}
