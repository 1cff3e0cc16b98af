import { setTimeout as wait } from "node:timers/promises";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { use } from "guard-test-support/langchain";

/** A slow model. It asks for a new call in every step, and then gives its final answer. */
export class SlowModel extends BaseChatModel {
  readonly #steps: number;
  readonly #takesMs: number;
  #answers = 0;

  constructor(steps: number, takesMs: number) {
    super({});
    this.#steps = steps;
    this.#takesMs = takesMs;
  }

  override _llmType(): string {
    return "slow";
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(): Promise<ChatResult> {
    await wait(this.#takesMs);
    this.#answers += 1;
    const id = `${this.#answers}`;
    const call = { ...use(`file ${id}`), type: "tool_call" as const, id: `call ${id}` };
    const isDone = this.#answers > this.#steps;
    const message = new AIMessage({ id, content: "", tool_calls: isDone ? [] : [call] });
    return { generations: [{ text: "", message }] };
  }
}
