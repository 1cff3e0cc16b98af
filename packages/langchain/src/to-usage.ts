import type { Usage } from "@guard/core";
import { read, usageOf } from "@guard/core/adapter";

/**
 * The usage of a model call, from its result; `undefined` if the result tells none. The result may be that of a chat model
 * or of a model that completes texts.
 *
 * All choices of a call tell the same figures, so guard takes the first choice with figures. guard does not use LangChain's
 * estimates (`estimatedTokenUsage`).
 */
export function toUsage(output: unknown): Usage | undefined {
  const generations = read(output, "generations");
  const choices: readonly unknown[] = Array.isArray(generations) ? generations.flat() : [];
  const figures = [
    ...choices.flatMap((choice) => toFigures(read(choice, "message"))),
    read(output, "llmOutput", "tokenUsage") ?? read(output, "llmOutput", "usage"),
  ];
  return usageOf(figures, choices.flatMap(toNames), choices.flatMap(toParts));
}

/** The places in a message that show the tools which the provider ran. */
function toParts(choice: unknown): readonly unknown[] {
  const message = read(choice, "message");
  const lists = [read(message, "content"), read(message, "additional_kwargs", "tool_outputs")];
  const grounding = read(message, "response_metadata", "groundingMetadata");
  return [...lists.flatMap((list) => (Array.isArray(list) ? list : [])), grounding];
}

/** The places in a message that hold figures: LangChain's, the provider's, and those of older models. */
function toFigures(message: unknown): readonly unknown[] {
  const standard = read(message, "usage_metadata");
  const raw =
    read(message, "response_metadata", "usage") ??
    read(message, "response_metadata", "metadata", "usage") ??
    read(message, "additional_kwargs", "__raw_response", "usage");
  return [
    withoutSums(message, standard),
    toldOnce(raw, standard),
    read(message, "response_metadata", "tokenUsage"),
  ];
}

/**
 * LangChain adds up the cached tokens of a streamed answer of Gemini's, once for each part. guard can't tell how many parts
 * there were, so all input counts as not cached.
 */
function withoutSums(message: unknown, standard: unknown): unknown {
  const metadata = read(message, "response_metadata");
  const isSum =
    read(metadata, "model_provider") === "google-genai" &&
    read(metadata, "tokenUsage") === undefined;
  return isSum ? { ...Object(standard), input_token_details: undefined } : standard;
}

/**
 * The provider's figures, counted once. LangChain adds up the figures of all parts of a streamed message, and some parts
 * repeat those of the whole call. `usage_metadata` counts them once, so guard divides.
 */
function toldOnce(raw: unknown, standard: unknown): unknown {
  const all = read(raw, "prompt_tokens");
  const times = typeof all === "number" ? all / (usageOf([standard])?.inputTokens ?? 0) : 1;
  if (!(times > 1) || !Number.isFinite(times)) return raw;
  const told = Object.entries(usageOf([raw]) ?? {});
  const figures = told.filter((entry): entry is [string, number] => typeof entry[1] === "number");
  return Object.fromEntries(figures.map(([name, figure]) => [name, figure / times]));
}

/**
 * The places in a choice that may name the model. The choice's own name comes first: LangChain joins the names in the parts
 * of a streamed message.
 */
function toNames(choice: unknown): readonly unknown[] {
  return [
    read(choice, "generationInfo"),
    read(choice, "message", "response_metadata"),
    read(choice, "message", "additional_kwargs"),
  ];
}
