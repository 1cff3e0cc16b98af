import type { Spec } from "@guard/core";

/** What the model reads first: all three answers of the spec. */
export function systemPrompt({ does, doesNot, done }: Spec): string {
  return [
    `Your task: ${does}`,
    `You must not do this: ${doesNot}`,
    `You are done when this is true: ${done}`,
    "When you are done, give your final answer without a tool call.",
  ].join("\n");
}
