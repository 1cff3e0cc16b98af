import type { Usage } from "@guard/core";

/** A tool that the model may use. */
export interface LoopTool {
  readonly description?: string | undefined;
  /** The arguments, as a JSON schema. Default: an object with any fields. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** Runs the tool. `args` is what the model wrote, read as JSON; the text as it is if that is no JSON. */
  readonly run: (args: unknown) => unknown;
}

/** The tools of a loop, by name. */
export type LoopTools = Readonly<Record<string, LoopTool>>;

/** A tool call that the model asks for. */
export interface LoopCall {
  readonly id: string;
  readonly tool: string;
  /** The arguments as the model wrote them. */
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
}

/** A model behind the client of a provider. `openaiClient` and `anthropicClient` make one; write your own for others. */
export interface ModelClient {
  /** The model's name, as price tables know it. */
  readonly model: string;
  /** The provider, by which guard finds its failure circuit, such as `"openai"`. Default: no circuit. */
  readonly provider?: string | undefined;
  /** The address that the client asks. Calls to another server than the provider's own have the circuit of that server. */
  readonly baseUrl?: string | undefined;
  /** Asks the model once. Throws what the provider's client throws. */
  ask(request: LoopRequest, signal: AbortSignal | undefined): Promise<LoopAnswer>;
}
