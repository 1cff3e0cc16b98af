import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";

type Model = MockLanguageModelV4;
type Params = Parameters<Model["doGenerate"]>[0];
type Result = Awaited<ReturnType<Model["doGenerate"]>>;
type Streamed = Awaited<ReturnType<Model["doStream"]>>;
type StreamPart = Streamed["stream"] extends ReadableStream<infer P> ? P : never;

/** What a scripted model answers: tool calls, or a final text. */
type Answer = string | readonly ToolRequest[];

export interface ToolRequest {
  readonly name: string;
  readonly args: unknown;
  /** Default: an id of its own. */
  readonly id?: string;
}

/** The number of the answer, from 1, and what the model reads. */
export type Script = (turn: number, prompt: Params["prompt"]) => Answer;

/** The tokens that every scripted answer reports. */
export const tokensPerAnswer = 120;
const usage: Result["usage"] = {
  inputTokens: { total: 100, noCache: 100, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 20, text: 20, reasoning: undefined },
};

export interface ScriptedModel {
  readonly model: Model;
  /** The prompt of every call that reached the model. */
  readonly prompts: Params["prompt"][];
}

let models = 0;

/** The AI SDK's own mock model, scripted; it stops by itself after 30 answers. */
export function scriptedModel(script: Script): ScriptedModel {
  models += 1;
  const prefix = `call-${models}`;
  const prompts: Params["prompt"][] = [];
  const next = ({ prompt, abortSignal }: Params) => {
    abortSignal?.throwIfAborted();
    prompts.push(prompt);
    const turn = prompts.length;
    const answer = turn > 60 ? "gave up" : script(turn, prompt);
    return contentOf(answer, `${prefix}-${turn}`);
  };
  const model = new MockLanguageModelV4({
    doGenerate: async (params) => {
      const content = next(params);
      return { content, finishReason: finishOf(content), usage, warnings: [] };
    },
    doStream: async (params) => {
      const content = next(params);
      const parts: StreamPart[] = [
        { type: "stream-start", warnings: [] },
        ...content.flatMap(partsOf),
        { type: "finish", finishReason: finishOf(content), usage },
      ];
      return { stream: convertArrayToReadableStream(parts) };
    },
  });
  return { model, prompts };
}

type Content = Extract<Result["content"][number], { type: "text" | "tool-call" }>;

function contentOf(answer: Answer, id: string): Content[] {
  if (typeof answer === "string") return [{ type: "text", text: answer }];
  return answer.map(({ name, args, id: own }, index) => ({
    type: "tool-call",
    toolCallId: own ?? `${id}-${index}`,
    toolName: name,
    input: JSON.stringify(args),
  }));
}

function finishOf(content: readonly Content[]): Result["finishReason"] {
  const asks = content.some(({ type }) => type === "tool-call");
  return { unified: asks ? "tool-calls" : "stop", raw: undefined };
}

function partsOf(content: Content): StreamPart[] {
  if (content.type !== "text") return [content];
  return [
    { type: "text-start", id: "1" },
    { type: "text-delta", id: "1", delta: content.text },
    { type: "text-end", id: "1" },
  ];
}

/** A call of the tool `use`. */
export const use = (q: unknown = "a"): ToolRequest => ({ name: "use", args: { q } });

/** What the model reads as the results of its calls, in order. */
export function resultsIn(prompt: Params["prompt"] = []): string[] {
  return prompt
    .flatMap((message) => (message.role === "tool" ? message.content : []))
    .map((part) => {
      if (part.type !== "tool-result" || !("value" in part.output)) return part.type;
      const { value } = part.output;
      return typeof value === "string" ? value : JSON.stringify(value);
    });
}
