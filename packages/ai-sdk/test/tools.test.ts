import {
  dynamicTool,
  generateText,
  isStepCount,
  jsonSchema,
  streamText,
  tool,
  type ToolSet,
} from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { ending } from "guard-test-support";
import { guardAI } from "../src/index.ts";
import { guarded, prompt, useTool, watchRejections } from "./support/guarded.ts";
import { runners } from "./support/runners.ts";
import { is5, testIf, thrown } from "./support/versions.ts";
import { resultsIn, scriptedModel, use, type Script } from "guard-test-support/ai-sdk";

watchRejections();

const inputSchema = z.object({ q: z.string() });
const honest: Script = (turn) => (turn < 4 ? [use(`file ${turn}`)] : "It is 8080.");

/** The same run without guard and with it. */
async function bothWays(script: Script, makeTools: () => ToolSet) {
  const results = [];
  for (const isGuarded of [false, true]) {
    const { guard } = guarded();
    const { model, prompts } = scriptedModel(script);
    const tools = makeTools();
    const { text, steps, finishReason } = await generateText({
      model: isGuarded ? guard.model(model) : model,
      tools: isGuarded ? guard.tools(tools) : tools,
      stopWhen: [isStepCount(20), ...(isGuarded ? [guard.stopWhen] : [])],
      prompt,
    });
    const content = steps.map((step) =>
      step.content.map(({ type, ...part }) => [type, shown(part)]),
    );
    results.push({ text, finishReason, content, read: prompts.map(resultsIn) });
  }
  const [plain, withGuard] = results;
  return { plain, withGuard };
}

/** A part without the ids, which are the model's own. */
const shown = (part: object) => ({ ...part, toolCallId: "" });

const healthy: readonly {
  readonly name: string;
  readonly script: Script;
  readonly makeTools: () => ToolSet;
  /** What the model reads as the last result. */
  readonly last: string | undefined;
}[] = [
  {
    name: "an honest run",
    script: honest,
    makeTools: () => useTool().tools,
    last: "file 3 is there",
  },
  {
    name: "a tool that throws",
    script: (turn) => (turn < 3 ? [use(`${turn}`)] : "It is 8080."),
    makeTools: () => useTool(() => Promise.reject(new Error("out of order"))).tools,
    last: thrown("out of order"),
  },
  {
    name: "a tool that throws before it returns a promise",
    script: (turn) => (turn < 2 ? [use()] : "It is 8080."),
    makeTools: () => ({
      use: tool({
        inputSchema,
        execute: (): string => {
          throw new Error("out of order");
        },
      }),
    }),
    last: thrown("out of order"),
  },
  {
    name: "a generator",
    script: honest,
    makeTools: () => ({
      use: tool({
        inputSchema,
        async *execute({ q }) {
          yield `looking for ${q}`;
          yield `${q} is there`;
        },
      }),
    }),
    last: "file 3 is there",
  },
  {
    name: "a dynamic tool",
    script: honest,
    makeTools: () => ({
      use: dynamicTool({
        inputSchema: jsonSchema({ type: "object" }),
        execute: async (input) => ({ input }),
      }),
    }),
    last: '{"input":{"q":"file 3"}}',
  },
  {
    name: "a tool that runs on the client",
    script: () => [use()],
    makeTools: () => ({ use: tool({ inputSchema, outputSchema: z.string() }) }),
    last: undefined,
  },
];

const sound = healthy.filter(({ name }) => !is5 || name !== "a generator");

test.for(sound)("as without guard: $name", async ({ script, makeTools, last }) => {
  const { plain, withGuard } = await bothWays(script, makeTools);

  expect(withGuard).toEqual(plain);
  expect(withGuard?.read.at(-1)?.at(-1)).toBe(last);
});

const asParts = () => ({
  type: "content" as const,
  value: [{ type: "text" as const, text: "there" }],
});

test.for([
  ["JSON", { found: 1 }, undefined, '{"found":1}\n\nNote: '],
  ["parts", "a picture", asParts, '[{"type":"text","text":"there"},{"type":"text","text":"Note: '],
] as const)("a note below a result of %s", async ([, answer, toModelOutput, read]) => {
  const { model, prompts } = scriptedModel((turn) => (turn < 4 ? [use()] : "It is 8080."));
  const { tools } = useTool(() => answer);
  const made = { use: { ...tools.use, ...(toModelOutput === undefined ? {} : { toModelOutput }) } };
  const { guard } = guarded();

  const { steps } = await generateText({
    model: guard.model(model),
    tools: guard.tools(made),
    stopWhen: isStepCount(20),
    prompt,
  });

  expect(resultsIn(prompts.at(-1)).at(-1)?.startsWith(read)).toBe(true);
  const seen = steps.flatMap(({ toolResults }) => toolResults.map(({ output }) => output));
  expect(seen).toEqual([answer, answer, answer]);
  expect(JSON.stringify(steps.map(({ response }) => response.messages))).not.toContain("Note: ");
});

testIf(!is5)(
  "a generator streams its preliminary results, and guard judges its last result",
  async () => {
    let bodies = 0;
    const tools = {
      use: tool({
        inputSchema,
        async *execute({ q }) {
          bodies += 1;
          yield `try ${bodies}`;
          yield `${q} is there`;
        },
      }),
    };
    const { model, prompts } = scriptedModel(() => [use()]);
    const { guard } = guarded();
    const preliminary: unknown[] = [];

    const { stop } = await ending(async () => {
      const { fullStream } = streamText({
        model: guard.model(model),
        tools: guard.tools(tools),
        stopWhen: isStepCount(20),
        onError: () => {},
        prompt,
      });
      for await (const part of fullStream) {
        if (part.type === "tool-result" && part.preliminary) preliminary.push(part.output);
        if (part.type === "error") throw part.error;
      }
    });

    expect([prompts.length, bodies, stop?.reason]).toEqual([6, 3, "loop"]);
    expect(preliminary.filter((output) => output !== "a is there")).toEqual([
      "try 1",
      "try 2",
      "try 3",
    ]);
  },
);

test("guard stops a tool that fails in the same way again and again", async () => {
  const { model, prompts } = scriptedModel(() => [use()]);
  const { ran, tools } = useTool(() => Promise.reject(new Error("out of order")));
  const { guard } = guarded();

  const { stop } = await ending(() =>
    runners.generateText({ model: guard.model(model), tools: guard.tools(tools) }),
  );

  expect([prompts.length, ran.length, stop?.reason]).toEqual([6, 3, "loop"]);
  expect(resultsIn(prompts[1])).toEqual([thrown("out of order")]);
});

test.for([
  ["balanced", 6],
  ["strict", 3],
] as const)("a tool of the client that loops in one conversation, %s", async ([preset, calls]) => {
  const { model, prompts } = scriptedModel(() => [use()]);
  const { guard } = guarded({ preset });
  const tools = guard.tools({ use: tool({ inputSchema, outputSchema: z.string() }) });
  const messages: NonNullable<Parameters<typeof generateText>[0]["messages"]> = [
    { role: "user", content: prompt },
  ];

  const { stop } = await ending(async () => {
    for (let request = 0; request < 10; request += 1) {
      const { toolCalls, response } = await generateText({
        model: guard.model(model),
        tools,
        messages,
      });
      messages.push(...response.messages, {
        role: "tool",
        content: toolCalls.map(({ toolCallId, toolName }) => ({
          type: "tool-result",
          toolCallId,
          toolName,
          output: { type: "text", value: "nothing" },
        })),
      });
    }
  });

  expect([prompts.length, stop?.reason]).toEqual([calls, "loop"]);
});

test("a call of a tool by the user's code counts, and guard refuses it", async () => {
  const { ran, tools } = useTool();
  const { guard } = guarded({ preset: "strict" });
  const { use: guardedUse } = guard.tools(tools);
  const call = async () =>
    guardedUse.execute?.({ q: "a" }, { messages: [], toolCallId: "", context: {} });

  await call();
  await call();

  await expect(call()).rejects.toMatchObject({ code: "GUARD_CIRCUIT_OPEN" });
  expect(ran).toHaveLength(2);
});

describe("what a tool is made of", () => {
  const marker = Symbol("marker");

  class Counter {
    readonly inputSchema = inputSchema;
    #count = 0;
    execute(): number {
      this.#count += 1;
      return this.#count;
    }
  }

  test("prototype, this, and properties that are not enumerable", () => {
    const counter = Object.defineProperty(new Counter(), marker, { value: true });
    const { guard } = guarded();

    const tools = guard.tools({ counter });

    expect(tools.counter.execute()).toBe(1);
    expect(tools.counter.execute()).toBe(2);
    expect(tools.counter).toBeInstanceOf(Counter);
    expect(Reflect.get(tools.counter, marker)).toBe(true);
    expect(Object.keys(tools.counter)).not.toContain("marker");
  });

  test("a tool without execute stays the same object", () => {
    const client = tool({ inputSchema });
    expect(guarded().guard.tools({ client }).client).toBe(client);
  });

  test("a tool that is guarded twice counts once", async () => {
    const { model, prompts } = scriptedModel(() => [use()]);
    const { ran, tools } = useTool();
    const { guard } = guarded();

    await ending(() =>
      runners.generateText({
        model: guard.model(guard.model(model)),
        tools: guard.tools(guard.tools(tools)),
      }),
    );

    expect([prompts.length, ran.length]).toEqual([6, 3]);
  });

  test("types stay the same", () => {
    const guard = guardAI(() => guarded().breaker);
    const tools = {
      search: tool({ inputSchema, execute: ({ q }) => ({ found: q.length }) }),
      stream: tool({
        inputSchema,
        async *execute() {
          yield 1;
        },
      }),
      client: tool({ inputSchema, outputSchema: z.string() }),
      dynamic: dynamicTool({ inputSchema, execute: async () => 1 }),
    };
    const { model } = scriptedModel(() => "");
    expectTypeOf(guard.tools(tools)).toEqualTypeOf(tools);
    expectTypeOf(guard.tools(tools as ToolSet)).toEqualTypeOf<ToolSet>();
    expectTypeOf(guard.model(model)).toEqualTypeOf(model);
    expect(guard.model(model).supportedUrls).toBeInstanceOf(Promise);
  });
});

describe("objects as strangers write them", () => {
  test("a frozen tool is guarded", () => {
    const plain = useTool().tools.use;
    const { guard } = guarded();

    const { use: copy } = guard.tools({ use: Object.freeze(plain) });

    expect(copy.execute).not.toBe(plain.execute);
  });

  test("methods of a model may use its private fields", () => {
    class Model extends MockLanguageModelV4 {
      #asked = 7;
      asked() {
        return this.#asked;
      }
    }

    expect(guarded().guard.model(new Model()).asked()).toBe(7);
  });
});

testIf(!is5)(
  "guard can't refuse a call that never starts, and puts a note below each of its results",
  async () => {
    const { model, prompts } = scriptedModel(() => [{ name: "gone", args: {} }]);
    const { guard } = guarded();

    await ending(() =>
      runners.generateText({ model: guard.model(model), tools: guard.tools({}), guard }),
    );

    expect(resultsIn(prompts.at(-1)).map((text) => text.includes("Note: "))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  },
);
