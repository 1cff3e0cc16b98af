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
    expect(names(provider)).toEqual({ names: [provider, name], otherServer: undefined });
  });
});

describe("a circuit for the server comes first, and guard knows the own servers of three providers", () => {
  test.for([
    ["openai.chat", "https://api.openai.com/v1", ["openai.chat", "openai"], false],
    ["openai", "https://eu.api.openai.com/v1", ["openai", "openai"], false],
    ["openai.chat", "http://127.0.0.1:11434/v1", ["openai.chat", "openai"], true],
    ["openai", "https://llm.example.com/v1", ["openai", "openai"], true],
    ["openai", "https://api.openai.com.example.com/v1", ["openai", "openai"], true],
    ["openai", "https://notopenai.com/v1", ["openai", "openai"], true],
    ["anthropic", "https://api.anthropic.com", ["anthropic", "anthropic"], false],
    [
      "anthropic.messages",
      "https://proxy.example.com:8443/",
      ["anthropic.messages", "anthropic"],
      true,
    ],
    [
      "google_genai",
      "https://generativelanguage.googleapis.com",
      ["google_genai", "google"],
      false,
    ],
    ["groq.chat", "https://api.groq.com/openai/v1", ["groq.chat", "groq"], false],
    ["constructor", "https://llm.example.com/v1", ["constructor", "constructor"], false],
    [undefined, "https://llm.example.com/v1", [], false],
  ] as const)("%s at %s", ([provider, baseUrl, expected, isOther]) => {
    const { host } = new URL(baseUrl);
    expect(names(provider, baseUrl)).toEqual({
      names: [host, ...expected],
      otherServer: isOther ? host : undefined,
    });
  });

  test("a text that is no address tells nothing", () => {
    expect(names("openai", "no address")).toEqual(names("openai"));
    expect(names(undefined)).toEqual({ names: [], otherServer: undefined });
  });
});
