import { startModelServer, type Script } from "./model-server.ts";

/** The way to a model, as the options of a `ChatOpenAI`. */
export interface Connection {
  readonly options: {
    readonly model: string;
    readonly apiKey: string;
    readonly maxRetries: number;
    readonly configuration: { readonly baseURL?: string; readonly fetch: typeof fetch };
  };
  close(): Promise<void>;
}

/**
 * Connects to the provider if OPENAI_API_KEY is set (and OPENAI_BASE_URL and OPENAI_MODEL, if you like),
 * else to a model on loopback that follows the script. Says which, and shows each request that it sends.
 */
export async function connect(script: Script): Promise<Connection> {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL } = process.env;
  const model = process.env["OPENAI_MODEL"] || "gpt-5-mini"; // set but empty is not set
  if (apiKey) {
    console.log(`${model}, asked with your OPENAI_API_KEY: this costs money.`);
    const configuration = { ...(baseURL ? { baseURL } : {}), fetch: shown() };
    return { options: { model, apiKey, maxRetries: 0, configuration }, close: async () => {} };
  }
  // Nothing leaves loopback, even if the environment asks LangChain to trace.
  process.env["LANGSMITH_TRACING"] = "false";
  process.env["LANGCHAIN_TRACING_V2"] = "false";
  const server = await startModelServer(script);
  console.log(
    `A scripted model on loopback: no key, no network. Set OPENAI_API_KEY for a real one.`,
  );
  const configuration = { baseURL: server.url, fetch: shown() };
  return {
    options: { model, apiKey: "none", maxRetries: 0, configuration },
    close: () => server.stop(),
  };
}

/** `fetch`, with a line of output for each request. */
function shown(): typeof fetch {
  let requests = 0;
  return (input, init) => {
    requests += 1;
    console.log(`model call ${requests}`);
    return fetch(input, init);
  };
}
