import { firstWord, hasOwnPrices, providersOf } from "./providers.ts";

/** A provider and a model as price data may know them; without a provider the model's name tells it. */
export interface Candidate {
  readonly provider: string | undefined;
  readonly model: string;
}

/** No name of a model or provider is longer; a longer text is something else. */
const longestName = 512;
/** A maker may be named behind a router: `openrouter/anthropic/claude-…`. */
const mostMakers = 3;

/**
 * The pairs under which price data may know a model, the likeliest first. A provider that sells models of
 * others at prices of its own is asked alone; else the maker's price holds.
 *
 * @example
 * candidates("gateway", "anthropic/claude-sonnet-4.5");
 * // [{ provider: "gateway", model: "anthropic/claude-sonnet-4.5" },
 * //  { provider: "anthropic", model: "claude-sonnet-4.5" }, …]
 */
export function candidates(
  provider: string | undefined,
  model: string | undefined,
): readonly Candidate[] {
  const id = model?.trim() ?? "";
  if (id === "" || id.length > longestName || (provider?.length ?? 0) > longestName) return [];
  return unique(found(provider, id, mostMakers));
}

function found(provider: string | undefined, id: string, makers: number): readonly Candidate[] {
  const names = spellingsOf(id);
  const providers = provider === undefined || provider === "" ? [] : providersOf(provider);
  const here = providers.flatMap((name) => names.map((model) => ({ provider: name, model })));
  if (providers.some(hasOwnPrices)) return here;
  const atOpenRouter = id.includes("/") ? [{ provider: "openrouter", model: id }] : [];
  const variants = /:\w+$/.test(id) ? atOpenRouter : []; // `creator/model:free` is OpenRouter's way of writing
  const byName = names.map((model) => ({ provider: undefined, model }));
  return [
    ...here,
    ...variants,
    ...(makers > 0 ? atMaker(id, makers - 1) : []),
    ...byName,
    ...atOpenRouter,
  ];
}

/** Who is named in the id itself: `anthropic/claude-…`, `openai:gpt-…`, `publishers/google/models/gemini-…`. */
function atMaker(id: string, makers: number): readonly Candidate[] {
  const named =
    /(?:^|\/)publishers\/([^/]+)\/models\/(.+)$/.exec(id) ??
    /^(?!models\/|projects\/|accounts\/|arn:)([^/:]+)\/(.+)$/.exec(id) ??
    // A digit means a tag, as in `llama3:8b`; `ft:` a fine-tuned model, which costs more than its base.
    /^(?!ft:|arn:)([a-z_-]+):(?!(?:free|batch|beta|extended|thinking|latest)$)(.+)$/i.exec(id);
  const [, maker, model] = named ?? [];
  return maker === undefined || model === undefined ? [] : found(maker, model, makers);
}

/** The id itself, then the same without what only says where and when it was fetched. */
function spellingsOf(id: string): readonly string[] {
  const name = id.replace(/^.*?(?:^|\/)models\//, "").replace(/^arn:.*\//, "");
  const version = name.replace(/@[\w.-]+$/, "");
  const plain = version.replace(/:(?:nitro|floor|online|exacto)$/, "");
  const undated = plain.replace(/-(?:20\d{2}-\d{2}-\d{2}|20\d{6})$/, "");
  return [...new Set([id, name, version, plain, undated])].filter((spelling) => spelling !== "");
}

function unique(all: readonly Candidate[]): readonly Candidate[] {
  const byKey = new Map(all.map((one) => [`${one.provider ?? ""}\n${one.model}`, one]));
  return [...byKey.values()];
}

/**
 * The keys under which a user's table may hold a model, in small letters, the most particular first:
 * with the provider as the framework names it, with the provider, then the model alone.
 */
export function tableKeys(
  provider: string | undefined,
  model: string | undefined,
): readonly string[] {
  const all = candidates(provider, model);
  const own = provider === undefined ? [] : [provider.toLowerCase(), firstWord(provider)];
  return [
    ...own.flatMap((name) => all.map((one) => `${name}/${one.model}`)),
    ...all.flatMap((one) => (one.provider === undefined ? [] : [`${one.provider}/${one.model}`])),
    ...all.map((one) => one.model),
  ].map((key) => key.toLowerCase());
}

/** OpenRouter's variants `:free` cost nothing: https://openrouter.ai/docs/guides/routing/model-variants/free */
export function isFreeVariant(provider: string | undefined, model: string | undefined): boolean {
  const isOpenRouter = provider !== undefined && providersOf(provider).includes("openrouter");
  return isOpenRouter && model !== undefined && model.trim().endsWith(":free");
}
