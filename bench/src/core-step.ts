import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { createRegistry, type Lane } from "@guard/core";
import { median } from "./median.ts";

const runs = 10;
const warmUps = 100;
const steps = 40;
const pauseMs = 5;

/**
 * The time of a step in core alone (a model call and a tool call), in microseconds: in a loop, and after a pause.
 * In the pause, other work fills the processor's caches.
 */
export async function measureCoreStep() {
  for (let run = 0; run < warmUps; run += 1) await times(async () => {});
  const loop: number[] = [];
  const paused: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    loop.push(...(await times(async () => {})));
    paused.push(...(await times(() => wait(pauseMs))));
  }
  return { measure: "core alone", loopUs: median(loop), pausedUs: median(paused) };
}

async function times(pause: () => Promise<unknown>): Promise<readonly number[]> {
  const lane = createRegistry({ budget: { modelCalls: 100 } })
    .breaker()
    .agent();
  const taken: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    await pause();
    const begun = performance.now();
    await takeStep(lane, `${step}`);
    taken.push(1_000 * (performance.now() - begun));
  }
  return taken;
}

/** A model call and a tool call. */
export async function takeStep(lane: Lane, id: string): Promise<void> {
  const [model] = await lane.admit([{ kind: "model", id }], { answer: id });
  const usage = { inputTokens: 100, outputTokens: 20 };
  await lane.settle(model.token, { status: "success", usage });
  const call = { kind: "tool", tool: "look", args: { file: id }, id } as const;
  const [tool] = await lane.admit([call], { answer: `answer ${id}` });
  await lane.settle(tool.token, { status: "success", result: `text of file ${id}` });
}
