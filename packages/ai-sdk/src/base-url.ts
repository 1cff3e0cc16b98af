import { read } from "@guard/core/adapter";

/** The address that a model of the AI SDK asks. `undefined` if the model does not show its settings. */
export function baseUrlOf(model: object): string | undefined {
  const baseUrl = read(model, "config", "baseURL");
  if (typeof baseUrl === "string") return baseUrl;
  const url = read(model, "config", "url"); // Mastra's models have a text here
  if (typeof url === "string") return url;
  if (typeof url !== "function") return undefined;
  try {
    const made: unknown = url({ path: "/", modelId: read(model, "modelId") });
    return typeof made === "string" ? made : undefined;
  } catch {
    return undefined;
  }
}
