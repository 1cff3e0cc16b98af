import type { LoopResult } from "./run-loop.ts";

/** What an operator reads when guard has stopped a loop. */
export function banner({ sessionId, breach, modelCalls, tokens, usd }: LoopResult): string {
  const line = "=".repeat(72);
  const cost = usd > 0 ? `, ${usd.toFixed(4)} USD` : ""; // without prices guard knows no cost
  return [
    line,
    `GUARD STOPPED SESSION ${sessionId}`,
    breach?.message ?? "",
    `used: ${modelCalls} model calls, ${tokens} tokens${cost}`,
    line,
  ].join("\n");
}
