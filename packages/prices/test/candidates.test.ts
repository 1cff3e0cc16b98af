import { describe, expect, test } from "vitest";
import { candidates } from "../src/candidates.ts";
import { providersOf } from "../src/providers.ts";

const written = (provider: string | undefined, model: string | undefined) =>
  candidates(provider, model).map((one) => `${one.provider ?? "?"} ${one.model}`);

describe("the names that guard looks up, in order", () => {
  test.each<[string | undefined, string, string[]]>([
    ["openai.chat", "gpt-5-mini", ["openai gpt-5-mini", "? gpt-5-mini"]],
    [undefined, "gpt-5-mini", ["? gpt-5-mini"]],
    ["groq.chat", "openai/gpt-oss-120b", ["groq openai/gpt-oss-120b"]],
    ["ollama", "llama3:8b", ["ollama llama3:8b"]],
    [
      "gateway",
      "xai/grok-4",
      ["gateway xai/grok-4", "x-ai grok-4", "? grok-4", "? xai/grok-4", "openrouter xai/grok-4"],
    ],
    [
      "my-proxy",
      "openai:gpt-5",
      ["my-proxy openai:gpt-5", "openai gpt-5", "? gpt-5", "? openai:gpt-5"],
    ],
    [
      "openai",
      "gpt-5-mini-2025-08-07",
      [
        "openai gpt-5-mini-2025-08-07",
        "openai gpt-5-mini",
        "? gpt-5-mini-2025-08-07",
        "? gpt-5-mini",
      ],
    ],
    [
      "amazon-bedrock",
      "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-x-v1:0",
      [
        "aws arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-x-v1:0",
        "aws us.anthropic.claude-x-v1:0",
      ],
    ],
    [
      undefined,
      "publishers/google/models/gemini-x",
      [
        "google gemini-x",
        "? gemini-x",
        "? publishers/google/models/gemini-x",
        "openrouter publishers/google/models/gemini-x",
      ],
    ],
    [
      undefined,
      "maker/model:free",
      ["openrouter maker/model:free", "maker model:free", "? model:free", "? maker/model:free"],
    ],
    ["openai", "ft:gpt-x:acme::1", ["openai ft:gpt-x:acme::1", "? ft:gpt-x:acme::1"]],
  ])("%s %s", (provider, model, expected) => {
    expect(written(provider, model)).toEqual(expected);
  });

  test.each([
    [undefined, undefined],
    ["openai", ""],
    ["openai", "x".repeat(513)],
    ["x".repeat(513), "gpt-5"],
  ])("there are none for what is no id (%#)", (provider, model) => {
    expect(candidates(provider, model)).toEqual([]);
  });

  test("there are never many names", () => {
    expect(candidates("a", "a/".repeat(200)).length).toBeLessThan(20);
  });
});

test.each([
  // as the AI SDK names them
  ["openai.responses", "openai"],
  ["anthropic.messages", "anthropic"],
  ["google.generative-ai", "google"],
  ["google.vertex.chat", "google"],
  ["vertex.anthropic.messages", "google"],
  ["amazon-bedrock", "aws"],
  ["bedrock.anthropic.messages", "aws"],
  ["azure.responses", "openai, azure"],
  ["azure-openai.chat", "openai, azure"],
  ["groq.chat", "groq"],
  ["xai.chat", "x-ai"],
  ["deepseek.chat", "deepseek"],
  ["mistral.chat", "mistral"],
  ["cohere.chat", "cohere"],
  ["togetherai.chat", "together"],
  ["fireworks.chat", "fireworks"],
  ["cerebras.chat", "cerebras"],
  ["moonshotai.chat", "moonshotai"],
  ["openrouter.chat", "openrouter"],
  // as LangChain does
  ["google_genai", "google"],
  ["google_vertexai", "google"],
  ["amazon_bedrock", "aws"],
  ["azure", "openai, azure"],
  ["mistralai", "mistral"],
  ["xai", "x-ai"],
  // as OpenTelemetry does
  ["aws.bedrock", "aws"],
  ["azure.ai.openai", "openai, azure"],
  ["gcp.vertex_ai", "google"],
  ["x_ai", "x-ai"],
])("guard looks up the provider %s as %s", (name, ids) => {
  expect(providersOf(name).join(", ")).toBe(ids);
});
