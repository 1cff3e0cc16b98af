import { LLMock, type ChatCompletionRequest, type ChatMessage } from "@copilotkit/aimock";

/** A model server on loopback that speaks OpenAI's protocol and follows a script. */
export interface ModelServer {
  readonly url: string;
  readonly host: string;
  /** HTTP requests answered so far. */
  requests(): number;
  /** Tokens of all requests and answers so far: what a provider would bill. */
  billed(): Tokens;
  stop(): Promise<void>;
}

/** Tokens of requests, and of answers. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** What a script is told of a request. */
export interface ScriptedRequest {
  /** The first message: the system's, where there is one. */
  readonly first: string;
  /** The user's latest message. */
  readonly question: string;
  /** The results of tools in the request, in order. */
  readonly results: readonly string[];
  /** The names of the tools that the request offers. */
  readonly tools: readonly string[];
}

interface ToolRequest {
  readonly name: string;
  readonly args: Record<string, string>;
}

/** An answer of a provider that is down: an HTTP status, such as 503. */
interface Failure {
  readonly status: number;
}

/** What the model answers: a tool call, several at once, text, or a failure. */
export type Answer = ToolRequest | readonly ToolRequest[] | string | Failure;
export type Script = (request: ScriptedRequest) => Answer;

/** The tokens of a request grow with its messages, and with what these say, as they do with a real model. */
const tokensPerMessage = 150;
const tokensPerAnswer = 60;
const charactersPerToken = 4;

/** Texts up to this length are in the figure for a message. */
const shortText = 600;

/**
 * Starts the server. It remembers nothing but a count: all else a script knows is in the request.
 *
 * @param port 0 lets the system choose one
 */
export async function startModelServer(script: Script, port = 0): Promise<ModelServer> {
  let requests = 0;
  const billed = { input: 0, output: 0 };
  const server = new LLMock({ host: "127.0.0.1", port });
  server.addFixture({
    match: { predicate: () => true },
    response: (request) => {
      requests += 1;
      const answer = script(toScripted(request));
      if (typeof answer === "object" && "status" in answer) {
        return { status: answer.status, error: { message: "The provider is down." } };
      }
      const input = request.messages.map(tokensOf).reduce((sum, tokens) => sum + tokens, 0);
      const output = tokensPerAnswer + (typeof answer === "string" ? tokensBeyond(answer) : 0);
      billed.input += input;
      billed.output += output;
      const usage = {
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
      };
      if (typeof answer === "string") return { content: answer, usage };
      const toolCalls = [answer].flat().map(({ name, args }, index) => ({
        id: `call_${requests}_${index}`,
        name,
        arguments: JSON.stringify(args),
      }));
      return { toolCalls, usage };
    },
  });
  const url = await server.start();
  return {
    url: `${url}/v1`,
    host: new URL(url).host,
    requests: () => requests,
    billed: () => ({ ...billed }),
    stop: () => server.stop(),
  };
}

function tokensOf(message: ChatMessage): number {
  return tokensPerMessage + tokensBeyond(textOf(message));
}

/** What a long text costs on top. */
function tokensBeyond(text: string): number {
  return Math.ceil(Math.max(0, text.length - shortText) / charactersPerToken);
}

function toScripted({ messages, tools = [] }: ChatCompletionRequest): ScriptedRequest {
  const results = messages.filter(({ role }) => role === "tool");
  const question = textOf(messages.findLast(({ role }) => role === "user"));
  return {
    first: textOf(messages[0]),
    question,
    results: results.map(textOf),
    tools: tools.map((tool) => tool.function.name),
  };
}

function textOf(message: ChatMessage | undefined): string {
  const content = message?.content;
  return typeof content === "string" ? content : JSON.stringify(content ?? "");
}
