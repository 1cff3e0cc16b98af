import type { RecordedRun } from "@guard/core/replay";

/** The figures that a budget limits. */
export const figureNames = ["modelCalls", "toolCalls", "tokens", "usd", "wallMs"] as const;
export type FigureName = (typeof figureNames)[number];

/** What a run has used. A figure that the recording does not tell is absent. */
export type RunFigures = { readonly [Name in FigureName]?: number };

/** What a recorded run has used. */
export function runFigures({ events }: RecordedRun): RunFigures {
  const counts = { modelCalls: 0, toolCalls: 0, tokens: 0, usd: 0 };
  const told = new Set<FigureName>(["toolCalls"]);
  let [began, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const event of events) {
    if (event.type === "user") continue;
    if (event.t !== undefined) {
      began = Math.min(began, event.t - (event.ms ?? 0));
      last = Math.max(last, event.t);
    }
    if (event.usd !== undefined) told.add("usd");
    counts.usd += event.usd ?? 0;
    if (event.type === "tool") counts.toolCalls += 1;
    if (event.type !== "model") continue;
    told.add("modelCalls");
    counts.modelCalls += 1;
    const { inputTokens, outputTokens } = event;
    if (inputTokens !== undefined || outputTokens !== undefined) told.add("tokens");
    counts.tokens += (inputTokens ?? 0) + (outputTokens ?? 0);
  }
  const wallMs = last - began;
  return {
    ...Object.fromEntries(Object.entries(counts).filter(([name]) => told.has(name as FigureName))),
    ...(Number.isFinite(wallMs) ? { wallMs } : {}),
  };
}
