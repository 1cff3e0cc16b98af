import { describe, expect, test } from "vitest";
import { circuitNames } from "../../src/adapter/circuit-names.ts";

const names = (provider: string | undefined, baseUrl?: string) =>
  circuitNames({
    kind: "model",
    ...(provider === undefined ? {} : { provider }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });

describe("one name for a provider in all frameworks", () => {
  test.for([
    ["openai", "openai"], // LangChain, OpenAI Agents, Mastra's router
    ["openai.chat", "openai"], // AI SDK
    ["openai.responses", "openai"],
    ["anthropic.messages", "anthropic"],
    ["google.generative-ai", "google"], // AI SDK
    ["google_genai", "google"], // LangChain
    ["google", "google"], // Mastra's router
    ["google.vertex.chat", "google-vertex"], // AI SDK
    ["google_vertexai", "google-vertex"], // LangChain
    ["google-vertex", "google-vertex"], // Mastra's router
    ["vertex.anthropic.messages", "google-vertex"],
    ["azure", "azure"], // LangChain
    ["azure-openai.responses", "azure"], // AI SDK
    ["amazon_bedrock", "amazon-bedrock"], // LangChain
    ["amazon-bedrock", "amazon-bedrock"], // AI SDK
    ["bedrock.anthropic.messages", "amazon-bedrock"],
    ["mistral.chat", "mistral"],
    ["mistralai", "mistral"],
    ["xai.chat", "xai"],
    ["groq.chat", "groq"],
    ["OpenRouter", "openrouter"],
  ] as const)("%s is %s", ([provider, name]) => {
    expect(names(provider)).toEqual([provider, name]);
  });
});

describe("a client that asks another server has the circuit of that server", () => {
  test.for([
    ["openai.chat", "https://api.openai.com/v1", ["openai.chat", "openai"]],
    ["openai", "https://eu.api.openai.com/v1", ["openai", "openai"]],
    ["openai.chat", "http://127.0.0.1:11434/v1", ["127.0.0.1:11434"]],
    ["openai", "https://llm.example.com/v1", ["llm.example.com"]],
    ["openai", "https://api.openai.com.example.com/v1", ["api.openai.com.example.com"]],
    ["openai", "https://notopenai.com/v1", ["notopenai.com"]],
    ["anthropic", "https://api.anthropic.com", ["anthropic", "anthropic"]],
    ["anthropic.messages", "https://proxy.example.com:8443/", ["proxy.example.com:8443"]],
    ["google_genai", "https://generativelanguage.googleapis.com", ["google_genai", "google"]],
    // Guard does not know the own servers of other providers.
    ["groq.chat", "https://api.groq.com/openai/v1", ["groq.chat", "groq"]],
    ["openai", "no address", ["openai", "openai"]],
    [undefined, "https://llm.example.com/v1", ["llm.example.com"]],
    [undefined, undefined, []],
    ["constructor", "https://llm.example.com/v1", ["constructor", "constructor"]],
  ] as const)("%s at %s", ([provider, baseUrl, expected]) => {
    expect(names(provider, baseUrl)).toEqual(expected);
  });
});
