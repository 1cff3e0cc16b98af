import { read } from "@guard/core/adapter";

/** The SDK's own classes of models. Both ask a client of `openai`. */
const own = /^OpenAI(Responses|ChatCompletions)/;

/**
 * The provider of a model of the SDK's own classes, and the address that its client asks. The SDK hides the client of a Chat
 * Completions model: then the address is the one in the environment, or an empty text. A model of any other class tells nothing.
 */
export function providerOf(model: object): {
  readonly provider?: string;
  readonly baseUrl?: string;
} {
  if (!isOwn(model)) return {};
  const shown = read(model, "_client", "baseURL");
  const baseUrl = shown ?? read(globalThis, "process", "env", "OPENAI_BASE_URL");
  return { provider: "openai", baseUrl: typeof baseUrl === "string" ? baseUrl : "" };
}

function isOwn(model: object): boolean {
  for (let type: unknown = model; type; type = Object.getPrototypeOf(type) as unknown) {
    const name = read(type, "constructor", "name");
    if (typeof name === "string" && own.test(name)) return true;
  }
  return false;
}
