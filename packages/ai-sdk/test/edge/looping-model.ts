import type { LanguageModelV4, LanguageModelV4StreamPart } from "@ai-sdk/provider";

const usage = {
  inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 20, text: 20, reasoning: 0 },
};
const finishReason = { unified: "tool-calls", raw: undefined } as const;

/** A model that asks for the same call for ever: `ai/test` needs Node's modules. */
export function loopingModel(): { readonly model: LanguageModelV4; readonly calls: () => number } {
  let calls = 0;
  const call = () => {
    calls += 1;
    const toolCallId = `call ${calls}`;
    return { type: "tool-call", toolCallId, toolName: "search", input: '{"q":"port"}' } as const;
  };
  const model: LanguageModelV4 = {
    specificationVersion: "v4",
    provider: "scripted",
    modelId: "loop",
    supportedUrls: {},
    doGenerate: async () => ({ content: [call()], finishReason, usage, warnings: [] }),
    doStream: async () => {
      const parts: LanguageModelV4StreamPart[] = [
        { type: "stream-start", warnings: [] },
        call(),
        { type: "finish", finishReason, usage },
      ];
      return {
        stream: new ReadableStream({
          start: (controller) => {
            for (const part of parts) controller.enqueue(part);
            controller.close();
          },
        }),
      };
    },
  };
  return { model, calls: () => calls };
}
