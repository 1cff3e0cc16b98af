import { generateText, isStepCount, streamText, ToolLoopAgent } from "ai";
import type { LanguageModel, ToolSet } from "ai";
import type { AIGuard } from "../../src/index.ts";
import { prompt } from "./guarded.ts";

export interface Setup {
  readonly model: LanguageModel;
  readonly tools: ToolSet;
  /** What `onError` of a stream was told. */
  readonly told?: unknown[];
  readonly guard?: AIGuard;
}

/** One way of running an agent; the text it ends with. */
export type Runner = (setup: Setup) => Promise<string>;

function stopWhen(guard: AIGuard | undefined) {
  return guard === undefined ? isStepCount(40) : [isStepCount(40), guard.stopWhen];
}

const streaming = ({ model, tools, told, guard }: Setup) =>
  streamText({
    model,
    tools,
    prompt,
    stopWhen: stopWhen(guard),
    onError: ({ error }) => void told?.push(error),
  });

export const runners = {
  generateText: async ({ model, tools, guard }) => {
    const { text } = await generateText({ model, tools, prompt, stopWhen: stopWhen(guard) });
    return text;
  },
  "streamText, textStream": async (setup) => {
    let text = "";
    for await (const delta of streaming(setup).textStream) text += delta;
    return text;
  },
  "streamText, await text": async (setup) => streaming(setup).text,
  "streamText, consumeStream": async (setup) => {
    const result = streaming(setup);
    const errors: unknown[] = [];
    await result.consumeStream({ onError: (error) => void errors.push(error) });
    if (errors.length > 0) throw errors[0];
    return result.text;
  },
  "ToolLoopAgent.generate": async ({ model, tools, guard }) => {
    const agent = new ToolLoopAgent({ model, tools, stopWhen: stopWhen(guard) });
    const { text } = await agent.generate({ prompt });
    return text;
  },
} satisfies Record<string, Runner>;

export type RunnerName = keyof typeof runners;
export const runnerNames = Object.keys(runners) as RunnerName[];
