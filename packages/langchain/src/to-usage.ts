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
  return usageOf(figures, choices.flatMap(toNames));
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

/** Where a message tells its figures: in LangChain's words, in the provider's, in those of older models. */
function toFigures(message: unknown): readonly unknown[] {
  const standard = read(message, "usage_metadata");
  const raw =
    read(message, "response_metadata", "usage") ??
    read(message, "response_metadata", "metadata", "usage") ??
    read(message, "additional_kwargs", "__raw_response", "usage");
  return [standard, toldOnce(raw, standard), read(message, "response_metadata", "tokenUsage")];
}

/**
 * The provider's words as they were told once. Of a streamed message LangChain adds up the figures of all
 * parts, and some parts bring those of the whole call again; `usage_metadata` has them once.
 */
function toldOnce(raw: unknown, standard: unknown): unknown {
  const all = read(raw, "prompt_tokens");
  const times = typeof all === "number" ? all / (usageOf([standard])?.inputTokens ?? 0) : 1;
  if (!(times > 1) || !Number.isFinite(times)) return raw;
  const figures = Object.entries(usageOf([raw]) ?? {}) as [string, number][];
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
