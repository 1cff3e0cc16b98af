import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { usagePerAnswer } from "guard-test-support/langchain";

/** What the first part of each answer says it has used; the rest comes with the last. */
const saidAtOnce = { input_tokens: 100, output_tokens: 1, total_tokens: 101 };
const saidAtTheEnd = { input_tokens: 0, output_tokens: 19, total_tokens: 19 };

/** A model that answers in three parts, with some time between them, or fails after `failAfter` of them. */
export class StreamingModel extends BaseChatModel {
  /** Resolves when an answer is begun. */
  readonly begun: Promise<void>;
  readonly #failAfter: number;
  #begin!: () => void;

  constructor(failAfter = Number.POSITIVE_INFINITY) {
    super({});
    this.#failAfter = failAfter;
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  override _llmType(): string {
    return "streaming";
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(): Promise<ChatResult> {
    this.#begin();
    await soon();
    const message = new AIMessage("It is 8080.");
    Object.assign(message, { usage_metadata: usagePerAnswer });
    return { generations: [{ text: message.text, message }] };
  }

  override async *_streamResponseChunks(
    _messages: unknown,
    _options: unknown,
    manager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    this.#begin();
    for (const [index, text] of ["It ", "is ", "8080."].entries()) {
      if (index >= this.#failAfter) throw new Error("connection lost");
      await soon();
      const message = new AIMessageChunk(text);
      if (index === 0) Object.assign(message, { usage_metadata: saidAtOnce });
      if (index === 2) Object.assign(message, { usage_metadata: saidAtTheEnd });
      const chunk = new ChatGenerationChunk({ text, message });
      yield chunk;
      await manager?.handleLLMNewToken(text, undefined, undefined, undefined, undefined, { chunk });
    }
  }
}

function soon(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
}
