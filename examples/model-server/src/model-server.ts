import { LLMock, type ChatCompletionRequest, type ChatMessage } from "@copilotkit/aimock";

/** A model server on loopback that speaks OpenAI's protocol and follows a script. */
export interface ModelServer {
  readonly url: string;
  readonly host: string;
  /** HTTP requests answered so far. */
  requests(): number;
  stop(): Promise<void>;
}

/** What a script is told of a request. */
interface ScriptedRequest {
  /** The first message: the system's, where there is one. */
  readonly first: string;
  /** The user's latest message. */
  readonly question: string;
  /** The results of tools in the request, in order. */
  readonly results: readonly string[];
}

interface ToolRequest {
  readonly name: string;
  readonly args: Record<string, string>;
}

/** What the model answers: a tool call, or text. */
export type Script = (request: ScriptedRequest) => ToolRequest | string;

/** The tokens of a request grow with its messages, as they do with a real model. */
const tokensPerMessage = 150;
const tokensPerAnswer = 60;

/**
 * Starts the server. It remembers nothing but a count: all else a script knows is in the request.
 *
 * @param port 0 lets the system choose one
 */
export async function startModelServer(script: Script, port = 0): Promise<ModelServer> {
  let requests = 0;
  const server = new LLMock({ host: "127.0.0.1", port });
  server.addFixture({
    match: { predicate: () => true },
    response: (request) => {
      requests += 1;
      const answer = script(toScripted(request));
      const prompt = request.messages.length * tokensPerMessage;
      const usage = {
        prompt_tokens: prompt,
        completion_tokens: tokensPerAnswer,
        total_tokens: prompt + tokensPerAnswer,
      };
      if (typeof answer === "string") return { content: answer, usage };
      const { name, args } = answer;
      const call = { id: `call_${requests}`, name, arguments: JSON.stringify(args) };
      return { toolCalls: [call], usage };
    },
  });
  const url = await server.start();
  return {
    url: `${url}/v1`,
    host: new URL(url).host,
    requests: () => requests,
    stop: () => server.stop(),
  };
}

function toScripted({ messages }: ChatCompletionRequest): ScriptedRequest {
  const results = messages.filter(({ role }) => role === "tool");
  const question = textOf(messages.findLast(({ role }) => role === "user"));
  return { first: textOf(messages[0]), question, results: results.map(textOf) };
}

function textOf(message: ChatMessage | undefined): string {
  const content = message?.content;
  return typeof content === "string" ? content : JSON.stringify(content ?? "");
}
