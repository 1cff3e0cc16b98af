/** List price of gpt-5-mini in USD per million tokens: 0.25 for input, 2.00 for output. */
const usdPerMillion = { input: 0.25, output: 2 } as const;

/** What an answer would have cost. */
export function price(usage: { inputTokens: number; outputTokens: number }): number {
  const { inputTokens, outputTokens } = usage;
  return (inputTokens * usdPerMillion.input + outputTokens * usdPerMillion.output) / 1_000_000;
}
