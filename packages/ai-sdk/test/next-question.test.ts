// A chat keeps its breaker: after a stop of any kind, the agent answers the user's next question.
import { generateText, isStepCount, streamText, type ModelMessage } from "ai";
import { describe, expect, test } from "vitest";
import { guarded, useTool, watchRejections } from "./support/guarded.ts";
import { scriptedModel, use, type Script } from "guard-test-support/ai-sdk";

watchRejections();

type Options = Parameters<typeof generateText>[0] & Parameters<typeof streamText>[0];

// Before version 7 all messages are in `response`; since then only those of the last step.
const runs = {
  generateText: async (options: Options) => {
    const { responseMessages, response } = await generateText(options);
    return responseMessages ?? response.messages;
  },
  streamText: async (options: Options) => {
    const result = streamText(options);
    await result.consumeStream(); // before version 7 nothing else does
    const { responseMessages, response } = result;
    return (await responseMessages) ?? (await response).messages;
  },
};

const next = "And who are you?";
const holds = (message: unknown, text: string) => JSON.stringify(message).includes(text);

/** Asks for the same for ever; `last` is what it says to the granted call. */
const script =
  (last: ReturnType<Script>): Script =>
  (_, messages) => {
    if (holds(messages.at(-1), next)) return "A clerk.";
    return holds(messages[0], "This task was stopped") ? last : [use()];
  };

describe.for(["generateText", "streamText"] as const)("%s", (name) => {
  test.for<readonly [string, "finish" | "wind-down", ReturnType<Script>]>([
    ["guard's words", "finish", ""],
    ["the granted answer", "wind-down", "Not found so far."],
    ["a granted answer that is empty", "wind-down", ""],
    ["a granted answer that asks for a tool", "wind-down", [use()]],
  ])("after %s", async ([, onTrip, last]) => {
    const { guard } = guarded({ onTrip, recovery: { cooldownMs: 0 } });
    const { model, prompts } = scriptedModel(script(last));
    const messages: ModelMessage[] = [];
    const ask = async (content: string) => {
      messages.push({ role: "user", content });
      const tools = guard.tools(useTool().tools);
      const stopWhen = isStepCount(20);
      messages.push(
        ...(await runs[name]({ model: guard.model(model), tools, stopWhen, messages })),
      );
    };

    const stopped = onTrip === "finish" ? 6 : 7;

    await ask("Find the port.");
    expect(prompts).toHaveLength(stopped);

    await ask("Find it all the same."); // may try out one round, and is stopped before the second
    expect(prompts).toHaveLength(stopped + 1);

    await ask(next);
    expect(prompts).toHaveLength(stopped + 2);
    expect(messages.at(-1)?.content).toEqual([expect.objectContaining({ text: "A clerk." })]);
  });
});
