import type { ModelCall, ToolCall, Usage } from "@guard/core";

/** A language model as the AI SDK calls it, whichever version of its specification it has. */
export interface GuardedModel {
  readonly specificationVersion: string;
  readonly provider: string;
  readonly modelId: string;
  readonly doGenerate: (params: never) => PromiseLike<unknown>;
  readonly doStream: (params: never) => PromiseLike<unknown>;
}

/** A step of a run, as stop conditions are told of it. */
export interface StepLike {
  readonly toolCalls: readonly { readonly toolCallId: string }[];
}

/** A part of a message, of an answer or of its stream. */
export interface Part {
  readonly type: string;
}

/** A message of a request. */
export interface Message {
  readonly role: string;
  readonly content: string | readonly Part[];
}

/** What a model is asked. */
export interface Request {
  readonly prompt: readonly Message[];
  readonly abortSignal?: AbortSignal | undefined;
}

/** What a model answers. */
export interface Answer {
  readonly content: readonly Part[];
  readonly usage?: ReportedUsage | undefined;
}

/** What a model answers piece by piece. */
export interface StreamedAnswer {
  readonly stream: ReadableStream<Part>;
}

/** Usage as models report it: a sum for each direction, or in older specifications just that. */
export interface ReportedUsage {
  readonly inputTokens?: Tokens;
  readonly outputTokens?: Tokens;
}
type Tokens = number | { readonly total?: number | undefined } | undefined;

interface TextPart extends Part {
  readonly text: string;
}

interface FilePart extends Part {
  readonly mediaType?: unknown;
  readonly filename?: unknown;
  readonly data?: unknown;
}

/** A tool call that an answer asks for. */
export interface AskedPart extends Part {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
  readonly providerExecuted?: boolean | undefined;
}

/** The request that is about to be sent to a model. */
export function toModelCall({ modelId, provider }: GuardedModel): ModelCall {
  return { kind: "model", model: modelId, provider };
}

/**
 * The tool calls that an answer asks for, valid or not: a model that loops on arguments no tool
 * accepts, or on a tool that does not exist, shows nowhere else. What the provider has executed itself
 * has happened already.
 */
export function toAsked(content: readonly Part[]): readonly AskedPart[] {
  return content.filter(
    (part): part is AskedPart =>
      part.type === "tool-call" && (part as AskedPart).providerExecuted !== true,
  );
}

export function toToolCall({ toolCallId, toolName, input }: AskedPart): ToolCall {
  return { kind: "tool", id: toolCallId, tool: toolName, args: input };
}

/** The text of an answer. */
export function toText(content: readonly Part[]): string {
  return content.map((part) => (isText(part) ? part.text : "")).join("");
}

/** What an answer has cost, as far as the provider said. */
export function toUsage(reported: ReportedUsage | undefined): Usage | undefined {
  if (reported === undefined) return undefined;
  const inputTokens = sum(reported.inputTokens);
  const outputTokens = sum(reported.outputTokens);
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  };
}

function sum(tokens: Tokens): number | undefined {
  return typeof tokens === "number" ? tokens : tokens?.total;
}

/** What the user said in a request, the latest last. */
export function toUserMessages(prompt: readonly Message[]): readonly string[] {
  return prompt
    .filter(({ role }) => role === "user")
    .map(({ content }) => (typeof content === "string" ? content : content.map(said).join("\n")));
}

/** Of a file's bytes only their number: they may be many. */
function said(part: Part): string {
  if (isText(part)) return part.text;
  const { type, mediaType, filename, data } = part as FilePart;
  return JSON.stringify([type, mediaType, filename, data], (_key, value: unknown) =>
    value instanceof Uint8Array ? value.length : value,
  );
}

function isText(part: Part): part is TextPart {
  return part.type === "text";
}
