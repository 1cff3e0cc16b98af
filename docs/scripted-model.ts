// The model of the pages: code that asks OpenAI asks this one instead. It knows a few questions.
import { startModelServer, type ModelServer, type Script } from "example-model-server";

/** Starts the model on loopback. A program whose environment has `modelEnvironment` asks it. */
export const startScriptedModel = (): Promise<ModelServer> => startModelServer(script);

/** The environment of a program that asks the model, whatever client it uses. */
export const modelEnvironment = ({ url }: ModelServer): Record<string, string> => ({
  OPENAI_BASE_URL: url,
  OPENAI_API_KEY: "none",
  LANGSMITH_TRACING: "false",
  LANGCHAIN_TRACING_V2: "false",
});

/** Searches until it has found something, asks a build for as long as it runs, and reads chapter after chapter. */
const script: Script = ({ question, results }) => {
  const latest = results.at(-1) ?? "";
  if (question.includes("port")) {
    return /^\d/.test(latest) ? `It is ${latest}.` : { name: "search", args: { q: "port" } };
  }
  if (question.includes("build")) {
    return latest.startsWith("passed")
      ? "It has passed."
      : { name: "check_build", args: { build: "42" } };
  }
  if (question.includes("chapter")) {
    return { name: "read_chapter", args: { chapter: String(results.length + 1) } };
  }
  return "Hello!";
};
