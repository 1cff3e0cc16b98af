import type { ModelCall, ToolCall } from "@guard/core";
import { offeredTools, read, type AnswerShown } from "@guard/core/adapter";
import { baseUrlOf } from "./base-url.ts";

/** A language model as the AI SDK calls it, in any version of its specification. */
export interface GuardedModel {
  readonly specificationVersion: string;
  readonly provider: string;
  readonly modelId: string;
  readonly doGenerate: (params: never) => PromiseLike<unknown>;
  readonly doStream: (params: never) => PromiseLike<unknown>;
}

/** A step of a run, as a stop condition reads it. */
export interface StepLike {
  readonly toolCalls: readonly Omit<AskedPart, "type">[];
}

/** What the AI SDK tells a tool when the tool starts. */
export interface ToolOptions {
  readonly toolCallId?: unknown;
  readonly messages?: readonly Message[] | undefined;
  readonly abortSignal?: AbortSignal | undefined;
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
  readonly tools?: readonly unknown[] | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly providerOptions?: Readonly<Record<string, unknown>> | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** What a model answers. */
export interface Answer {
  readonly content: readonly Part[];
  readonly usage?: unknown;
  readonly warnings?: unknown;
}

/** The streamed answer of a model. */
export interface StreamedAnswer {
  readonly stream: ReadableStream<Part>;
}

export type Generate = (request: Request) => PromiseLike<Answer>;
export type Stream = (request: Request) => PromiseLike<StreamedAnswer>;

/** A tool call that an answer asks for. */
export interface AskedPart extends Part {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
  readonly providerExecuted?: boolean | undefined;
}

/** The call of a model. Its prompt includes the tools: the model reads them too. */
export function toModelCall(model: GuardedModel, request: Request): ModelCall {
  const { modelId, provider } = model;
  const baseUrl = baseUrlOf(model);
  const { prompt, tools = [], maxOutputTokens, providerOptions = {} } = request;
  const serviceTier = Object.values(providerOptions)
    .map((options) => read(options, "serviceTier"))
    .find((tier) => typeof tier === "string");
  const providerTools = offeredTools(tools);
  return {
    kind: "model",
    model: modelId,
    provider,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    prompt: tools.length === 0 ? prompt : { prompt, tools },
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(providerTools === undefined ? {} : { providerTools }),
  };
}

/**
 * The tool calls that an answer asks for, valid or not. A loop over invalid arguments or over a tool that does not exist
 * shows only here. Calls that the provider has executed are left out: they have happened already.
 */
export function toAsked(content: readonly Part[]): readonly AskedPart[] {
  return content.filter(isAsked);
}

/** Whether a part of an answer asks for a tool call that the provider has not executed itself. */
export function isAsked(part: Part): part is AskedPart {
  return part.type === "tool-call" && (part as AskedPart).providerExecuted !== true;
}

export function toToolCall({ toolCallId, toolName, input }: Omit<AskedPart, "type">): ToolCall {
  return { kind: "tool", id: toolCallId, tool: toolName, args: input };
}

/** The latest answer in a prompt: the request goes on from it. */
export function toAnswerShown(prompt: readonly Message[]): AnswerShown {
  const at = prompt.findLastIndex(({ role }) => role === "assistant");
  const content = prompt[at]?.content ?? [];
  const calls = typeof content === "string" ? [] : toAsked(content).map(toToolCall);
  return { calls, users: calls.length === 0 ? [] : toUserMessages(prompt.slice(0, at)) };
}

/** Whether the user has said something since the latest answer. */
export function asksAnew(prompt: readonly Message[]): boolean {
  return prompt.findLast(({ role }) => role === "user" || role === "assistant")?.role === "user";
}

/** What guard knows of a tool that runs. */
interface ToolStart {
  readonly call: ToolCall;
  readonly users: readonly string[];
  readonly isResumed: boolean;
  /** The ids of the calls of the answer that asked for the call: they tell answers apart. */
  readonly answer: string;
}

/** A tool that starts. `isResumed` says that an earlier request asked for the call, and that a human has approved it since. */
export function toStart(tool: string, args: unknown, options: ToolOptions = {}): ToolStart {
  const { toolCallId: id, messages = [] } = options;
  const isNamed = typeof id === "string" && id !== "";
  const call: ToolCall = { kind: "tool", tool, args, ...(isNamed ? { id } : {}) };
  const ids = toAnswerShown(messages).calls.map((asked) => asked.id);
  const isResumed = ids.includes(call.id);
  return { call, users: toUserMessages(messages), isResumed, answer: ids.join(" ") };
}

/** The text of an answer. */
export function toText(content: readonly Part[]): string {
  return content.map((part) => (isText(part) ? part.text : "")).join("");
}

/** What the user said in a request, the latest last. */
export function toUserMessages(prompt: readonly Message[]): readonly string[] {
  return prompt.filter(({ role }) => role === "user").map(toUserText);
}

/** The text of a user's message. */
export function toUserText({ content }: Message): string {
  return typeof content === "string" ? content : content.map(said).join("\n");
}

/** A part of a user's message as text. Bytes of a file stand as their number: they may be many. */
function said(part: Part): string {
  if (isText(part)) return part.text;
  const told = ["type", "mediaType", "filename", "data"].map((name) => read(part, name));
  return JSON.stringify(told, (_key, value: unknown) =>
    value instanceof Uint8Array ? value.length : value,
  );
}

function isText(part: Part): part is Part & { readonly text: string } {
  return part.type === "text";
}
