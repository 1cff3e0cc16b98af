import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";

interface Fields {
  /** Default: the provider's own address. */
  readonly baseUrl?: string;
  readonly fetch?: typeof fetch;
}

interface Completion {
  readonly choices: readonly { readonly message: { readonly content: string } }[];
}

/** A chat model that asks a server for chat completions over HTTP, as LangChain's client of OpenAI does. */
export class FetchModel extends BaseChatModel {
  static override lc_name = () => "ChatOpenAI";
  override lc_serializable = true;
  override lc_namespace = ["langchain", "chat_models", "openai"];
  readonly #fields: Fields;

  constructor({ baseUrl, ...fields }: Fields) {
    const configuration = baseUrl === undefined ? {} : { baseURL: baseUrl };
    const shown = { maxRetries: 0, configuration }; // LangChain shows these fields to handlers
    super(shown);
    this.#fields = { ...fields, ...(baseUrl === undefined ? {} : { baseUrl }) };
  }

  override getLsParams(): { ls_provider: string; ls_model_name: string; ls_model_type: "chat" } {
    return { ls_provider: "openai", ls_model_name: "gpt-5-mini", ls_model_type: "chat" };
  }

  _llmType(): string {
    return "openai";
  }

  async _generate(_messages: unknown, options: this["ParsedCallOptions"]): Promise<ChatResult> {
    const { baseUrl = "https://api.openai.com/v1", fetch: send = fetch } = this.#fields;
    const response = await this.caller.call(() =>
      send(`${baseUrl}/chat/completions`, {
        method: "POST",
        body: "{}",
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      }),
    );
    if (!response.ok) throw Object.assign(new Error("no"), { status: response.status });
    const { choices } = (await response.json()) as Completion;
    const text = choices[0]!.message.content;
    return { generations: [{ text, message: new AIMessage(text) }] };
  }
}
