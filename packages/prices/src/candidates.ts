import { firstWord, hasOwnPrices, providersOf } from "./providers.ts";

/** Names under which the price data may know a model. Without a provider, the model's name shows the provider. */
export interface Candidate {
  readonly provider: string | undefined;
  readonly model: string;
}

/** Names of models and providers are never longer. */
const longestName = 512;
/** A router may stand before the maker: `openrouter/anthropic/claude-…`. */
const mostMakers = 3;

/**
 * Returns the pairs under which the price data may know a model, the most likely first. If a provider sells other makers'
 * models at its own prices, only the provider's prices count. Otherwise the maker's price counts, too.
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
  const variants = /:\w+$/.test(id) ? atOpenRouter : []; // only OpenRouter writes `creator/model:free`
  const byName = names.map((model) => ({ provider: undefined, model }));
  return [
    ...here,
    ...variants,
    ...(makers > 0 ? atMaker(id, makers - 1) : []),
    ...byName,
    ...atOpenRouter,
  ];
}

/** The maker that the id names: `anthropic/claude-…`, `openai:gpt-…`, `publishers/google/models/gemini-…`. */
function atMaker(id: string, makers: number): readonly Candidate[] {
  const named =
    /(?:^|\/)publishers\/([^/]+)\/models\/(.+)$/.exec(id) ??
    /^(?!models\/|projects\/|accounts\/|arn:)([^/:]+)\/(.+)$/.exec(id) ??
    // A digit means a tag, as in `llama3:8b`. `ft:` means a fine-tuned model, which costs more than its base.
    /^(?!ft:|arn:)([a-z_-]+):(?!(?:free|batch|beta|extended|thinking|latest)$)(.+)$/i.exec(id);
  const [, maker, model] = named ?? [];
  return maker === undefined || model === undefined ? [] : found(maker, model, makers);
}

/** The id itself, then the id without its region, path and date. */
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
 * Returns the keys under which a user's table may hold a model, in small letters, the most precise first:
 * with the framework's name of the provider, with the provider, then the model alone.
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
