import { afterEach, beforeEach, vi } from "vitest";
import type { LoopAnswer, LoopRequest, LoopTools, ModelClient } from "../src/index.ts";

/** One answer of a scripted model, or how it fails. */
export type Step = Partial<LoopAnswer> | (() => unknown);

/** A model without a provider. It gives the answers in turn, and the last one for ever. */
export function scripted(...steps: readonly Step[]): ModelClient & {
  readonly requests: readonly LoopRequest[];
} {
  const requests: LoopRequest[] = [];
  return {
    model: "scripted",
    requests,
    ask: async (request) => {
      requests.push(request);
      const step = steps[Math.min(requests.length, steps.length) - 1]!;
      if (typeof step === "function") return (await step()) as LoopAnswer;
      return { text: "", calls: [], usage: { inputTokens: 100, outputTokens: 10 }, ...step };
    },
  };
}

/** An answer that asks for these tools, each with arguments of its own. */
export const asks = (...tools: readonly string[]): Partial<LoopAnswer> => ({
  calls: tools.map((tool, index) => ({ id: `${tool}-${index}`, tool, args: { index } })),
});

/** A last answer. */
export const says = (text: string): Partial<LoopAnswer> => ({ text });

/** What the model has read of its tools. */
export const resultsIn = ({ messages }: LoopRequest): readonly string[] =>
  messages.flatMap((message) => (message.role === "tool" ? [message.text] : []));

export const spec = {
  does: "find the port of the server",
  doesNot: "change the server",
  done: "the answer names one port number",
};

export const echo: LoopTools = { search: { run: (args) => `found ${JSON.stringify(args)}` } };

/** Keeps what a loop tells its operator in each test of this file. */
export function toldOnConsole(): readonly string[] {
  const told: string[] = [];
  beforeEach(
    () => void vi.spyOn(console, "error").mockImplementation((text) => told.push(String(text))),
  );
  afterEach(() => {
    vi.restoreAllMocks();
    told.length = 0;
  });
  return told;
}
