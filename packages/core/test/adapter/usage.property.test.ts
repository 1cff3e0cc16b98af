// Whatever a call has used, and in whatever words it is told: guard books all input and all output, reasoning included,
// as the provider bills them, and nothing twice.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { figureIn, toRows } from "../../src/adapter/figures.ts";
import { tokenFields } from "../../src/adapter/usage-fields.ts";
import { usageOf } from "../../src/adapter/usage.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";

/** What a call has really used. */
interface Billed {
  /** Of the request, what went through no cache. */
  readonly plain: number;
  readonly hit: number;
  readonly fiveMinutes: number;
  readonly hour: number;
  readonly text: number;
  readonly reasoning: number;
}

interface Sums {
  readonly written: number;
  readonly input: number;
  readonly output: number;
  readonly total: number;
}

const sumsOf = ({ plain, hit, fiveMinutes, hour, text, reasoning }: Billed): Sums => {
  const written = fiveMinutes + hour;
  const input = plain + hit + written;
  const output = text + reasoning;
  return { written, input, output, total: input + output };
};

/** How each provider and framework tells it. */
const dialects: Readonly<Record<string, (billed: Billed & Sums) => object>> = {
  "AI SDK": ({ plain, hit, written, input, text, reasoning, output }) => ({
    inputTokens: { total: input, noCache: plain, cacheRead: hit, cacheWrite: written },
    outputTokens: { total: output, text, reasoning },
  }),
  "AI SDK, without sums": ({ plain, hit, written, text, reasoning }) => ({
    inputTokens: { noCache: plain, cacheRead: hit, cacheWrite: written },
    outputTokens: { text, reasoning },
  }),
  "AI SDK, a result": ({ plain, hit, written, input, text, reasoning, output, total }) => ({
    inputTokens: input,
    inputTokenDetails: {
      noCacheTokens: plain,
      cacheReadTokens: hit,
      cacheWriteTokens: written,
    },
    outputTokens: output,
    outputTokenDetails: { textTokens: text, reasoningTokens: reasoning },
    totalTokens: total,
  }),
  "AI SDK's V2 of Gemini, which leaves thoughts out": ({ hit, input, text, reasoning, total }) => ({
    inputTokens: input,
    cachedInputTokens: hit,
    outputTokens: text,
    reasoningTokens: reasoning,
    totalTokens: total,
  }),
  Mastra: ({ hit, written, input, output, reasoning, total }) => ({
    inputTokens: input,
    cachedInputTokens: hit,
    cacheCreationInputTokens: written,
    outputTokens: output,
    reasoningTokens: Math.min(reasoning, output),
    totalTokens: total,
  }),
  "OpenAI, chat": ({ hit, input, output, reasoning, total }) => ({
    prompt_tokens: input,
    prompt_tokens_details: { cached_tokens: hit },
    completion_tokens: output,
    completion_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: total,
  }),
  "xAI, chat, which leaves reasoning out": ({ hit, input, text, reasoning, total }) => ({
    prompt_tokens: input,
    prompt_tokens_details: { cached_tokens: hit },
    completion_tokens: text,
    completion_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: total,
  }),
  OpenRouter: ({ hit, written, input, output, reasoning, total }) => ({
    prompt_tokens: input,
    prompt_tokens_details: { cached_tokens: hit, cache_write_tokens: written },
    completion_tokens: output,
    completion_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: total,
  }),
  "OpenAI, responses": ({ hit, input, output, reasoning, total }) => ({
    input_tokens: input,
    input_tokens_details: { cached_tokens: hit },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: total,
  }),
  "OpenAI Agents": ({ hit, input, output, reasoning, total }) => ({
    inputTokens: input,
    inputTokensDetails: [{ cached_tokens: hit }],
    outputTokens: output,
    outputTokensDetails: [{ reasoning_tokens: reasoning }],
    totalTokens: total,
  }),
  "OpenAI Agents, streamed": ({ hit, input, output, reasoning, total }) => ({
    inputTokens: input,
    inputTokensDetails: { cached_tokens: hit },
    outputTokens: output,
    outputTokensDetails: { reasoning_tokens: reasoning },
    totalTokens: total,
  }),
  Anthropic: ({ plain, hit, fiveMinutes, hour, written, output }) => ({
    input_tokens: plain,
    cache_read_input_tokens: hit,
    cache_creation_input_tokens: written,
    cache_creation: { ephemeral_5m_input_tokens: fiveMinutes, ephemeral_1h_input_tokens: hour },
    output_tokens: output,
  }),
  Bedrock: ({ plain, hit, hour, written, output, total }) => ({
    inputTokens: plain,
    cacheReadInputTokens: hit,
    cacheWriteInputTokens: written,
    cacheDetails: [{ ttl: "1h", inputTokens: hour }],
    outputTokens: output,
    totalTokens: total,
  }),
  Gemini: ({ plain, hit, written, text, reasoning, total }) => ({
    promptTokenCount: plain + hit,
    cachedContentTokenCount: hit,
    toolUsePromptTokenCount: written,
    candidatesTokenCount: text,
    thoughtsTokenCount: reasoning,
    totalTokenCount: total,
  }),
  "Gemini, without a total": ({ input, hit, text, reasoning }) => ({
    promptTokenCount: input,
    cachedContentTokenCount: hit,
    candidatesTokenCount: text,
    thoughtsTokenCount: reasoning,
  }),
  LangChain: ({ hit, written, input, output, reasoning, total }) => ({
    input_tokens: input,
    input_token_details: { cache_read: hit, cache_creation: written },
    output_tokens: output,
    output_token_details: { reasoning },
    total_tokens: total,
  }),
  "LangChain of Anthropic": ({ hit, fiveMinutes, hour, input, output, total }) => ({
    input_tokens: input,
    input_token_details: {
      cache_read: hit,
      ephemeral_5m_input_tokens: fiveMinutes,
      ephemeral_1h_input_tokens: hour,
    },
    output_tokens: output,
    total_tokens: total,
  }),
  "LangChain of Anthropic, writes of an hour alone": ({
    plain,
    hit,
    fiveMinutes,
    hour,
    output,
    total,
  }) => ({
    input_tokens: plain + fiveMinutes + hit + hour,
    input_token_details: { cache_read: hit, ephemeral_1h_input_tokens: hour },
    output_tokens: output,
    total_tokens: total,
  }),
  "LangChain of Bedrock, which leaves caches out": ({ plain, hit, written, output, total }) => ({
    input_tokens: plain,
    input_token_details: { cache_read: hit, cache_creation: written },
    output_tokens: output,
    total_tokens: total,
  }),
  "LangChain of Gemini, whose thoughts stand in the total": ({ hit, input, text, total }) => ({
    input_tokens: input,
    input_token_details: { cache_read: hit },
    output_tokens: text,
    total_tokens: total,
  }),
  "LangChain's older models": ({ input, output, total }) => ({
    promptTokens: input,
    completionTokens: output,
    totalTokens: total,
  }),
  DeepSeek: ({ hit, input, output, total }) => ({
    prompt_tokens: input,
    prompt_cache_hit_tokens: hit,
    completion_tokens: output,
    total_tokens: total,
  }),
  Mistral: ({ hit, input, output, total }) => ({
    prompt_tokens: input,
    num_cached_tokens: hit,
    completion_tokens: output,
    total_tokens: total,
  }),
  Moonshot: ({ hit, input, output, total }) => ({
    prompt_tokens: input,
    cached_tokens: hit,
    completion_tokens: output,
    total_tokens: total,
  }),
  Ollama: ({ input, output }) => ({ prompt_eval_count: input, eval_count: output }),
  "guard's own": ({ hit, written, hour, input, output }) => ({
    inputTokens: input,
    cachedInputTokens: hit,
    cacheWriteTokens: written,
    cacheWrite1hTokens: hour,
    outputTokens: output,
  }),
};

const tokens = fc.oneof(fc.nat(5), fc.nat(2e6));
const bill = fc
  .record<Billed>({
    plain: tokens,
    hit: tokens,
    fiveMinutes: tokens,
    hour: tokens,
    text: tokens,
    reasoning: tokens,
  })
  .map((billed) => ({ ...billed, ...sumsOf(billed) }));

describe.for(Object.entries(dialects))("%s", ([, tell]) => {
  test("all input and all output is booked, once", () => {
    fc.assert(
      fc.property(bill, (billed) => {
        const { inputTokens = 0, outputTokens = 0 } = usageOf([tell(billed)]) ?? {};
        expect(inputTokens + outputTokens).toBe(billed.total);
      }),
    );
  });

  test("guard does not book output as input, which is cheaper", () => {
    fc.assert(
      fc.property(bill, (billed) => {
        // In a total alone, as many thoughts as cached tokens may be either.
        fc.pre(billed.reasoning === 0 || billed.reasoning !== billed.hit);
        const { outputTokens } = usageOf([tell(billed)]) ?? {};
        expect(outputTokens).toBeGreaterThanOrEqual(billed.output);
      }),
    );
  });

  test("no more is booked at the price of a cache than went through it", () => {
    fc.assert(
      fc.property(bill, (billed) => {
        const { cachedInputTokens = 0, cacheWriteTokens = 0 } = usageOf([tell(billed)]) ?? {};
        expect(cachedInputTokens).toBeLessThanOrEqual(billed.hit);
        expect(cacheWriteTokens).toBeLessThanOrEqual(billed.written);
      }),
    );
  });

  test("usage in two places of an answer counts once", () => {
    fc.assert(
      fc.property(bill, fc.constantFrom(...Object.values(dialects)), (billed, tellAgain) => {
        const { inputTokens = 0, outputTokens = 0 } = usageOf([tell(billed), tellAgain(billed)])!;
        expect(inputTokens + outputTokens).toBe(billed.total);
      }),
    );
  });

  test("the run's spending is the booked cost", async () => {
    await fc.assert(
      fc.asyncProperty(bill, async (billed) => {
        const breaker = createBreaker();
        const usage = () => usageOf([tell(billed)]);
        await breaker.agent().run({ kind: "model" }, () => "It is 8080.", { usage });
        expect(breaker.spending.tokens).toBe(billed.total);
      }),
      { numRuns: 20 },
    );
  });
});

test("what Gemini's tools have read is booked once, where the total alone holds it", () => {
  fc.assert(
    fc.property(bill, tokens, ({ hit, input, text, reasoning, total }, readByTools) => {
      const usage = {
        inputTokens: input,
        cachedInputTokens: hit,
        outputTokens: text,
        reasoningTokens: reasoning,
        totalTokens: total + readByTools,
      };
      const { inputTokens = 0, outputTokens = 0 } = usageOf([usage]) ?? {};
      expect(inputTokens + outputTokens).toBe(total + readByTools);
    }),
  );
});

test("each row of the table is told by a dialect above", () => {
  const billed = { plain: 3, hit: 5, fiveMinutes: 7, hour: 11, text: 13, reasoning: 17 };
  const told = Object.values(dialects).map((tell) => tell({ ...billed, ...sumsOf(billed) }));
  for (const rows of Object.values(tokenFields)) {
    for (const [index, row] of toRows(rows).entries()) {
      const places = told.filter((place) => figureIn(place, row) !== undefined);
      expect(places, rows[index]).not.toEqual([]);
    }
  }
});

test.for<readonly [string, usage: object]>([
  [
    "xAI",
    {
      prompt_tokens: 1_000,
      prompt_tokens_details: { cached_tokens: 256 },
      completion_tokens: 20,
      completion_tokens_details: { reasoning_tokens: 256 },
      total_tokens: 1_276,
    },
  ],
  [
    "AI SDK's V2",
    {
      inputTokens: 1_000,
      cachedInputTokens: 256,
      outputTokens: 20,
      reasoningTokens: 256,
      totalTokens: 1_276,
    },
  ],
])("%s: as much reasoning as was cached used to be booked twice", ([, usage]) => {
  expect(usageOf([usage])).toEqual({
    inputTokens: 1_000,
    cachedInputTokens: 256,
    outputTokens: 276,
  });
});
