// What AI SDK 5 calls by other names than AI SDK 7: the same tests run with both.
import { streamText as stream } from "ai";

export * from "ai";
export { Experimental_Agent as ToolLoopAgent, stepCountIs as isStepCount } from "ai";

/** Results that are there only when the stream has been read. AI SDK 5.0 waits for a reader; later ones read it. */
const results = new Set<unknown>(["text", "steps", "usage", "totalUsage", "finishReason"]);

export const streamText = ((...args: Parameters<typeof stream>) =>
  new Proxy(stream(...args), {
    get(result, key) {
      if (results.has(key)) void result.consumeStream();
      const value: unknown = Reflect.get(result, key, result);
      return typeof value === "function" ? value.bind(result) : value;
    },
  })) as typeof stream;
