import { LLMock } from "@copilotkit/aimock";
import type { Callbacks } from "@langchain/core/callbacks/manager";
import { ChatOpenAI } from "@langchain/openai";

/** A model server on loopback that speaks OpenAI's protocol. */
export interface ModelServer {
  /** HTTP requests that were answered so far. */
  readonly requests: () => number;
  /** A real client of it. */
  readonly client: (fields?: { readonly callbacks?: Callbacks }) => ChatOpenAI;
  readonly stop: () => Promise<void>;
}

/** What each answer says it has cost. */
export const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

/**
 * Starts a server whose model asks for `use` with the arguments that `next` gives for the number of
 * results in the request, and answers with a text where it gives none.
 */
export async function startModelServer(
  next: (results: number) => { q: string } | undefined,
): Promise<ModelServer> {
  let requests = 0;
  const server = new LLMock({ host: "127.0.0.1", port: 0, logLevel: "silent" });
  server.addFixture({
    match: { predicate: () => true },
    response: ({ messages }) => {
      requests += 1;
      const args = next(messages.filter(({ role }) => role === "tool").length);
      if (args === undefined) return { content: "It is 8080.", usage };
      const call = { id: `call_${requests}`, name: "use", arguments: JSON.stringify(args) };
      return { toolCalls: [call], usage };
    },
  });
  const url = await server.start();
  return {
    requests: () => requests,
    client: (fields) =>
      new ChatOpenAI({
        ...fields,
        model: "gpt-5-mini",
        apiKey: "none",
        maxRetries: 0,
        configuration: { baseURL: `${url}/v1` },
      }),
    stop: () => server.stop(),
  };
}
