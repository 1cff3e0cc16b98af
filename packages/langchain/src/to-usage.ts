import type { Usage } from "@guard/core";
import { read, usageOf } from "@guard/core/adapter";

/**
 * What a model call has cost, as far as its result says; `undefined` where it says nothing. Takes what
 * LangChain tells at the end of a call, of chat models and of those that complete texts.
 *
 * All choices of one call tell the same figures, so the first that tells some speaks for them all. What
 * LangChain only estimates (`estimatedTokenUsage`) is not looked at.
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

/** Where a message shows the tools that the provider has run. */
function toParts(choice: unknown): readonly unknown[] {
  const message = read(choice, "message");
  const lists = [read(message, "content"), read(message, "additional_kwargs", "tool_outputs")];
  const grounding = read(message, "response_metadata", "groundingMetadata");
  return [...lists.flatMap((list) => (Array.isArray(list) ? list : [])), grounding];
}

/** Where a message tells its figures: in LangChain's words, in the provider's, in those of older models. */
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
 * Of a streamed answer of Gemini's LangChain tells what its cache had once for each part, added up. It can't be
 * told how often, so all input counts as read anew.
 */
function withoutSums(message: unknown, standard: unknown): unknown {
  const metadata = read(message, "response_metadata");
  const isSum =
    read(metadata, "model_provider") === "google-genai" &&
    read(metadata, "tokenUsage") === undefined;
  return isSum ? { ...Object(standard), input_token_details: undefined } : standard;
}

/**
 * The provider's words as they were told once. Of a streamed message LangChain adds up the figures of all
 * parts, and some parts bring those of the whole call again; `usage_metadata` has them once.
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
 * Where a choice may name what served it. The choice's own word comes first: LangChain joins the
 * names that the parts of a streamed message bring.
 */
function toNames(choice: unknown): readonly unknown[] {
  return [
    read(choice, "generationInfo"),
    read(choice, "message", "response_metadata"),
    read(choice, "message", "additional_kwargs"),
  ];
}
