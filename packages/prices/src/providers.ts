/** Spellings of providers in frameworks, routers and model ids, for each provider of the price data. */
const spellings: readonly (readonly [RegExp, readonly string[]])[] = [
  [/bedrock|^amazon|^aws|^sagemaker/, ["aws"]],
  // Azure sells OpenAI's models at OpenAI's prices, and models of other makers.
  [/azure/, ["openai", "azure"]],
  [/openrouter/, ["openrouter"]],
  [/vertex|google|gemini/, ["google"]],
  [/^deepseek/, ["deepseek"]],
  [/^fireworks/, ["fireworks"]],
  [/^mistral/, ["mistral"]],
  [/^moonshot/, ["moonshotai"]],
  [/^together/, ["together"]],
  [/^workers-ai|^cloudflare/, ["cloudflare"]],
  [/^x[-_]?ai/, ["x-ai"]],
  [/^z[-_]?ai|^zhipu/, ["zai", "zhipuai"]],
  [/copilot/, ["github-copilot"]],
  [/^nebius/, ["huggingface_nebius"]],
  [/^sambanova/, ["huggingface_sambanova"]],
  [/^hyperbolic/, ["huggingface_hyperbolic"]],
];

/** Providers that run other makers' models at their own prices, or on your machine. */
const resellers = new Set([
  "aws",
  "avian",
  "baseten",
  "cerebras",
  "cloudflare",
  "deepinfra",
  "fireworks",
  "github-copilot",
  "groq",
  "huggingface",
  "huggingface_hyperbolic",
  "huggingface_nebius",
  "huggingface_sambanova",
  "llamacpp",
  "lmstudio",
  "novita",
  "nvidia",
  "ollama",
  "ovhcloud",
  "replicate",
  "together",
  "vllm",
]);

/**
 * Returns the ids under which the price data may know a provider, the most likely first.
 *
 * @example
 * providersOf("xai.chat"); // ["x-ai"]
 * providersOf("azure-openai.chat"); // ["openai", "azure"]
 * providersOf("groq.chat"); // ["groq"]
 */
export function providersOf(provider: string): readonly string[] {
  const name = provider.trim().toLowerCase();
  const spelling = spellings.find(([pattern]) => pattern.test(name));
  return spelling === undefined ? [firstWord(name)] : spelling[1];
}

/** The text before the first dot: `groq` of `groq.chat`. */
export function firstWord(provider: string): string {
  return provider.trim().toLowerCase().split(".", 1)[0] ?? "";
}

/** Whether this provider has its own prices for other makers' models. */
export const hasOwnPrices = (provider: string): boolean => resellers.has(provider);
