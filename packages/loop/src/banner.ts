import type { LoopResult } from "./run-loop.ts";

/** What an operator reads when guard has stopped a loop. */
export function banner({ sessionId, breach, modelCalls, tokens, usd }: LoopResult): string {
  const line = "=".repeat(72);
  return [
    line,
    `GUARD STOPPED SESSION ${sessionId}`,
    breach?.message ?? "",
    `used: ${modelCalls} model calls, ${tokens} tokens, ${usd.toFixed(4)} USD`,
    line,
  ].join("\n");
}
