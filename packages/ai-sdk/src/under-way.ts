import type { Breaker } from "@guard/core";

/** How many guarded tools are running under a breaker. */
const running = new WeakMap<Breaker, number>();

/** Whether a guarded tool is running: whoever asks a model now is most likely an agent inside it. */
export function isToolUnderWay(breaker: Breaker): boolean {
  return (running.get(breaker) ?? 0) > 0;
}

/** Notes that a tool has begun. Returns what notes that it is over. */
export function beginTool(breaker: Breaker): () => void {
  const step = (by: number) => running.set(breaker, (running.get(breaker) ?? 0) + by);
  step(1);
  return () => void step(-1);
}
