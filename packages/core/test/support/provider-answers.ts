import type { ProviderAnswer } from "../../../../test-support/src/provider-answers.ts";
import { read } from "../../src/adapter/read.ts";
import { usageOf } from "../../src/adapter/usage.ts";
import type { Usage } from "../../src/vocabulary/call.ts";

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What guard reads of an answer as the provider sends it. */
export function usageOfAnswer({ body }: ProviderAnswer): Usage | undefined {
  const usage = read(body, "usage") ?? read(body, "usageMetadata");
  const parts = [
    ...listOf(read(body, "output")),
    ...listOf(read(body, "content")),
    read(body, "candidates", "0", "groundingMetadata"),
  ];
  return usageOf([usage], [], parts);
}
