import type { Usage } from "@guard/core";

/** A tool that the model may use. */
export interface LoopTool {
  readonly description?: string | undefined;
  /** The arguments, as a JSON schema. Default: an object with any fields. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Runs the tool. What it throws, the model reads as the tool's error.
   *
   * @param args what the model wrote, read as JSON. If the text is not JSON, the tool does not run, and the model reads why
   * @param signal aborts when the loop ends before the tool does. The loop then waits no longer for the tool
   */
  readonly run: (args: unknown, signal: AbortSignal) => unknown;
}

/** The tools of a loop, by name. */
export type LoopTools = Readonly<Record<string, LoopTool>>;

/** A tool call that the model asks for. */
export interface LoopCall {
  readonly id: string;
  readonly tool: string;
  /** The arguments as the model wrote them: JSON text, or the value. */
  readonly args: unknown;
}

/** One message of the conversation, in words of no provider. */
export type LoopMessage =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "assistant"; readonly text: string; readonly calls: readonly LoopCall[] }
  | {
      readonly role: "tool";
      readonly callId: string;
      readonly text: string;
      readonly isError: boolean;
    };

/** What the model is asked. */
export interface LoopRequest {
  readonly system: string;
  readonly messages: readonly LoopMessage[];
  readonly tools: LoopTools;
}

/** What the model answers. An answer without calls ends the loop. */
export interface LoopAnswer {
  readonly text: string;
  readonly calls: readonly LoopCall[];
  /** Default: guard estimates the tokens. */
  readonly usage?: Usage | undefined;
  /** Why the provider ended the answer early, such as `"length"` or `"refusal"`. Default: the answer is whole. */
  readonly cutOff?: string | undefined;
}

/** A model behind the client of a provider. `openaiClient` and `anthropicClient` make one; write your own for others. */
export interface ModelClient {
  /** The model's name, as price tables know it. */
  readonly model: string;
  /** The provider, by which guard finds its failure circuit, such as `"openai"`. Default: no circuit. */
  readonly provider?: string | undefined;
  /** The address that the client asks. So guard tells OpenAI from another server that an OpenAI client asks. */
  readonly baseUrl?: string | undefined;
  /**
   * Asks the model once. Throws what the provider's client throws.
   *
   * @param signal aborts when the loop ends before the answer comes. The loop then waits no longer for the answer
   */
  ask(request: LoopRequest, signal: AbortSignal): Promise<LoopAnswer>;
}
