// The README's routes of a server, and its agents side by side.
import { createRegistry, type GuardOptions } from "@guard/core";
import * as ai from "ai";
import { isStepCount, streamText, ToolLoopAgent, type ModelMessage } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use } from "guard-test-support/ai-sdk";
import { describe, expect, test, vi } from "vitest";
import { guardAI } from "../src/index.ts";
import { prompt, useTool, watchRejections } from "./support/guarded.ts";
import { is5, isBefore7, testIf } from "./support/versions.ts";

watchRejections();

const error = vi.spyOn(console, "error").mockImplementation(() => {});
const loops = "Search for ever.";
const ends = "The port?";
const stopped = "This task was stopped: ";

/** A model that loops where its user wants that. */
const obedient = () =>
  scriptedModel((_turn, messages) => {
    const last = messages.findLast(({ role }) => role === "user");
    return JSON.stringify(last).includes(loops) ? [use()] : "It is 8080.";
  });

/** What a browser reads of a response. */
async function read(response: Response) {
  const body = await response.text();
  const texts = [...body.matchAll(/"delta":"(.*?)(?<!\\)"/g)].map(([, delta]) => delta);
  return { isWhole: body.trimEnd().endsWith("data: [DONE]"), text: texts.join("") };
}

testIf(!is5)("an agent for all requests: each is a run, and each answer is whole", async () => {
  const options: GuardOptions = { onTrip: "finish", budget: { modelCalls: 40 } };
  const { model, prompts } = obedient();
  const guard = guardAI(createRegistry(options));
  const agent = guard.agent(new ToolLoopAgent({ model, tools: useTool().tools }));
  const post = (text: string) =>
    ai.createAgentUIStreamResponse({
      agent,
      uiMessages: [{ id: "1", role: "user", parts: [{ type: "text", text }] }],
    });

  const answers = [];
  for (const text of [loops, ends, loops]) answers.push(await read(await post(text)));

  expect(answers).toEqual([
    { isWhole: true, text: expect.stringContaining(stopped) },
    { isWhole: true, text: "It is 8080." },
    { isWhole: true, text: expect.stringContaining(stopped) },
  ]);
  expect([prompts.length, error.mock.calls]).toEqual([13, []]);
});

test("a breaker for a chat: the next question may start at once, and the limit holds the chat", async () => {
  const registry = createRegistry({
    onTrip: "finish",
    limits: { session: { modelCalls: 8, per: "day" } },
    recovery: { cooldownMs: 0 },
  });
  const { model, prompts } = obedient();
  const { tools } = useTool();
  const messages: ModelMessage[] = [];
  const post = async (content: string, chat: string) => {
    messages.push({ role: "user", content });
    const guard = guardAI(registry.breaker({ name: chat, accounts: { session: chat } }));
    const result = streamText({
      model: guard.model(model),
      tools: guard.tools(tools),
      stopWhen: isStepCount(20),
      messages,
    });
    const answer = await read(result.toUIMessageStreamResponse());
    messages.push({ role: "assistant", content: answer.text });
    return answer;
  };

  const answers = [];
  for (const text of [loops, ends, ends, ends]) answers.push(await post(text, "ann/1"));
  answers.push(await post(ends, "ann/2"));

  expect(answers.map(({ isWhole }) => isWhole)).toEqual([true, true, true, true, true]);
  expect(answers.map(({ text }) => text)).toEqual([
    expect.stringContaining(stopped),
    "It is 8080.",
    "It is 8080.",
    expect.stringContaining(stopped),
    "It is 8080.",
  ]);
  expect([prompts.length, error.mock.calls]).toEqual([9, []]);
});

describe("a question after a stop, with the history of the stopped run", () => {
  /** Two questions of a chat: the first loops and is stopped. */
  const chat = async (
    ask: (model: Model, messages: ModelMessage[]) => Promise<{ readonly text: string }>,
  ) => {
    const { model, prompts } = obedient();
    const first = await ending(() => ask(model, [{ role: "user", content: loops }]));
    const history = prompts.at(-1) as ModelMessage[];
    const second = await ask(model, [...history, { role: "user", content: ends }]);
    return [first.stop?.reason, second.text];
  };
  type Model = ReturnType<typeof obedient>["model"];

  test("guard.agent: the question is a run of its own", async () => {
    const guard = guardAI(createRegistry());
    const { tools } = useTool();
    const seen = await chat((model, messages) =>
      guard
        .agent(new ToolLoopAgent({ model, tools, stopWhen: isStepCount(20) }))
        .generate({ messages }),
    );
    expect(seen).toEqual(["loop", "It is 8080."]);
  });

  test("guard.run: the question is a run of its own", async () => {
    const guard = guardAI(createRegistry());
    const tools = guard.tools(useTool().tools);
    const seen = await chat((model, messages) => {
      const own = guard.model(model);
      const stopWhen = isStepCount(20);
      return guard.run(() => ai.generateText({ model: own, tools, stopWhen, messages }));
    });
    expect(seen).toEqual(["loop", "It is 8080."]);
  });
});

test("outside of guard.run, guard refuses the question, and says what to write", async () => {
  const registry = createRegistry({ warnings: false });
  const advice: string[] = [];
  registry.on("breaker-per-call", (event) => void advice.push(event.advice));
  const guard = guardAI(registry);
  const { model, prompts } = obedient();
  const own = { model: guard.model(model), tools: guard.tools(useTool().tools) };
  const ask = (messages: ModelMessage[]) =>
    ending(() => ai.generateText({ ...own, stopWhen: isStepCount(20), messages }));
  const first = await ask([{ role: "user", content: loops }]);
  const told = advice.length;

  const history = prompts.at(-1) as ModelMessage[];
  const second = await ask([...history, { role: "user", content: ends }]);

  expect([first.stop?.reason, second.stop?.reason, told]).toEqual(["loop", "loop", 0]);
  expect(advice).toEqual([expect.stringContaining("guard.run(() => streamText({ … }))")]);
});

testIf(!isBefore7).for([
  ["approves", true, "It is 8080.", [9, 6]],
  ["denies", false, "loop", [6, 3]],
] as const)("a human %s, in the README's loop", async ([, approved, end, counts]) => {
  const breaker = createRegistry({ onTrip: "ask" }).breaker({ name: "ann/1" });
  const guard = guardAI(breaker);
  const { model, prompts } = scriptedModel((turn) => (turn > 8 ? "It is 8080." : [use()]));
  const { ran, tools } = useTool();
  const messages: ModelMessage[] = [{ role: "user", content: prompt }];
  const ask = async () => {
    const { text, content, responseMessages } = await ai.generateText({
      model: guard.model(model),
      tools: guard.tools(tools),
      stopWhen: isStepCount(50),
      messages,
    });
    const answers: ai.ToolApprovalResponse[] = [];
    for (const part of content) {
      if (part.type !== "tool-approval-request") continue;
      answers.push({ type: "tool-approval-response", approvalId: part.approvalId, approved });
    }
    messages.push(...responseMessages, { role: "tool", content: answers });
    return answers.length === 0 ? text : undefined;
  };

  const { result, stop } = await ending(async () => {
    for (;;) {
      const text = await ask();
      if (text !== undefined) return text;
    }
  });

  expect([result ?? stop?.reason, [prompts.length, ran.length]]).toEqual([end, counts]);
});

describe("agents side by side in one guard.run", () => {
  test("spend from one budget, and the run rejects when it is spent", async () => {
    const guard = guardAI(createRegistry({ budget: { modelCalls: 6 } }));
    const [one, two] = ["researcher", "writer"].map((id) => {
      const { model, prompts } = scriptedModel((turn) => [use(`${id} ${turn}`)]);
      const own = { id, model, tools: useTool().tools, stopWhen: isStepCount(20) };
      const agent = guard.agent(new ToolLoopAgent(own), id);
      return { prompts, work: () => agent.generate({ prompt }) };
    });

    const { stop } = await ending(() =>
      guard.run(() => Promise.allSettled([one!.work(), two!.work()])),
    );

    expect([stop?.reason, one!.prompts.length + two!.prompts.length]).toEqual(["budget", 6]);
  });
});
