import type { AdapterStream } from "@guard/testing";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";

type Answer = Omit<AdapterStream, "source">;

/** A model whose streamed answer breaks off. */
export class BreakingOffModel extends BaseChatModel {
  readonly #answer: Answer;

  constructor(answer: Answer) {
    super({ maxRetries: 0 });
    this.#answer = answer;
  }

  override _llmType(): string {
    return "breaking-off";
  }

  override _generate(): Promise<never> {
    return Promise.reject(new Error("this model streams"));
  }

  override async *_streamResponseChunks(
    _messages: unknown,
    _options: unknown,
    manager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const { words, hidesThoughts, error } = this.#answer;
    const thought = { type: "thinking", thinking: "", signature: "c2ln", index: 0 };
    for (const content of [...(hidesThoughts ? [[thought]] : []), ...words]) {
      const message = new AIMessageChunk({ content });
      const chunk = new ChatGenerationChunk({ text: message.text, message });
      yield chunk;
      const { text } = chunk;
      await manager?.handleLLMNewToken(text, undefined, undefined, undefined, undefined, { chunk });
    }
    throw error;
  }
}
