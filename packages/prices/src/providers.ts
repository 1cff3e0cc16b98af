/** How frameworks, routers and model ids spell the providers that the price data knows. */
const spellings: readonly (readonly [RegExp, readonly string[]])[] = [
  [/bedrock|^amazon|^aws|^sagemaker/, ["aws"]],
  // Azure sells OpenAI's models at OpenAI's prices, and those of others besides.
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

/** Those who run models of others at prices of their own, or on your own machine. */
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
 * The ids under which the price data may know a provider, the likeliest first.
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

/** What stands before the first dot: `groq` of `groq.chat`. */
export function firstWord(provider: string): string {
  return provider.trim().toLowerCase().split(".", 1)[0] ?? "";
}

/** Whether a model costs here what its host asks, and not what its maker does. */
export const hasOwnPrices = (provider: string): boolean => resellers.has(provider);
