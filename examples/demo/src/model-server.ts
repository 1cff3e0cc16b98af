import { LLMock, type ChatCompletionRequest } from "@copilotkit/aimock";
import type { ScriptedAgent } from "./scripted-agents.ts";

/** A model server on loopback that speaks OpenAI's protocol and follows scripts. */
export interface ModelServer {
  readonly url: string;
  readonly host: string;
  /** HTTP requests answered so far. */
  requests(): number;
  stop(): Promise<void>;
}

/** The tokens of a request grow with its messages, as they do with a real model. */
const tokensPerMessage = 150;
const tokensPerAnswer = 60;

/**
 * Starts the server. The agent is told by its name in the system message, its progress by the results
 * in its messages: the server itself remembers nothing.
 *
 * @param port 0 lets the system choose one
 */
export async function startModelServer(
  agents: readonly ScriptedAgent[],
  port: number,
): Promise<ModelServer> {
  let requests = 0;
  const server = new LLMock({ host: "127.0.0.1", port });
  server.addFixture({
    match: { predicate: () => true },
    response: (request) => {
      requests += 1;
      const agent = agents.find(({ name }) => systemMessage(request).includes(name));
      const results = request.messages.filter(({ role }) => role === "tool").length;
      const asked = agent?.next(results);
      const prompt = request.messages.length * tokensPerMessage;
      const usage = {
        prompt_tokens: prompt,
        completion_tokens: tokensPerAnswer,
        total_tokens: prompt + tokensPerAnswer,
      };
      if (asked === undefined) return { content: "Done.", usage };
      const { name, args } = asked;
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

/** The first message: OpenAI's clients call its role `system` or `developer`, as the model wants it. */
function systemMessage({ messages }: ChatCompletionRequest): string {
  const content = messages[0]?.content;
  return typeof content === "string" ? content : JSON.stringify(content ?? "");
}
