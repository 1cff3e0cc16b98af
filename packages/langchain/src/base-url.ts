import { read } from "@guard/core/adapter";

/** Where LangChain's models keep the address that you give them, in the form in which LangChain shows a model to handlers. */
const places = [
  ["configuration", "baseURL"],
  ["client_options", "baseURL"],
  ["anthropic_api_url"],
  ["base_url"],
] as const;

/** The variables from which OpenAI's models read their address, if you give none. */
const ofOpenAI = ["OPENAI_API_BASE", "OPENAI_BASE_URL"] as const;

/** The address that a model asks. `undefined` if you gave none: then it is the provider's own. */
export function baseUrlOf(model: unknown, provider: unknown): string | undefined {
  const given = places.map((path) => read(model, "kwargs", ...path));
  const set =
    provider === "openai"
      ? ofOpenAI.map((name) => read(globalThis, "process", "env", name) || undefined)
      : [];
  return [...given, ...set].find((one): one is string => typeof one === "string");
}
