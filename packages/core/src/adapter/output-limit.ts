import { read } from "./read.ts";

/** The parameters that limit the tokens of an answer: every provider has its own name. */
const limits: readonly (readonly string[])[] = [
  ["max_completion_tokens"],
  ["max_output_tokens"],
  ["max_tokens"],
  ["maxOutputTokens"],
  ["maxTokens"],
  ["max_tokens_to_sample"],
  ["generationConfig", "maxOutputTokens"],
  ["inferenceConfig", "maxTokens"],
  ["options", "num_predict"],
];

/** The most tokens of all choices of an answer together. `undefined` if the parameters set no limit. */
export function outputLimitOf(parameters: unknown): number | undefined {
  const limit = limits.map((path) => read(parameters, ...path)).find(isPositive);
  const choices = read(parameters, "n");
  return limit === undefined ? undefined : limit * (isPositive(choices) ? choices : 1);
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && value > 0; // some write -1 for no limit
}
