import { generateText, isStepCount, streamText, ToolLoopAgent } from "ai";
import type { LanguageModel, ToolSet } from "ai";
import type { AIGuard } from "../../src/index.ts";
import { prompt } from "./guarded.ts";
import { isBefore7 } from "./versions.ts";

interface Setup {
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

/** Before AI SDK 7, results of streams resolve although the stream has failed: `onError` alone hears of it. */
async function streaming(
  { model, tools, told = [], guard }: Setup,
  toText: (result: ReturnType<typeof streamText>) => PromiseLike<string>,
): Promise<string> {
  const result = streamText({
    model,
    tools,
    prompt,
    stopWhen: stopWhen(guard),
    onError: ({ error }) => void told.push(error),
  });
  const text = await toText(result);
  if (isBefore7 && told.length > 0) throw told[0];
  return text;
}

export const runners = {
  generateText: async ({ model, tools, guard }) => {
    const { text } = await generateText({ model, tools, prompt, stopWhen: stopWhen(guard) });
    return text;
  },
  "streamText, textStream": (setup) =>
    streaming(setup, async ({ textStream }) => {
      let text = "";
      for await (const delta of textStream) text += delta;
      return text;
    }),
  "streamText, await text": (setup) => streaming(setup, async ({ text }) => text),
  "streamText, consumeStream": (setup) =>
    streaming(setup, async (result) => {
      const errors: unknown[] = [];
      await result.consumeStream({ onError: (error) => void errors.push(error) });
      if (errors.length > 0) throw errors[0];
      return result.text;
    }),
  "ToolLoopAgent.generate": async ({ model, tools, guard }) => {
    const agent = new ToolLoopAgent({ model, tools, stopWhen: stopWhen(guard) });
    const { text } = await agent.generate({ prompt });
    return text;
  },
} satisfies Record<string, Runner>;

export type RunnerName = keyof typeof runners;
export const runnerNames = Object.keys(runners) as RunnerName[];
