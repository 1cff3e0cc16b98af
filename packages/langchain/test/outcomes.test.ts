// What came back from a call is found wherever LangChain shows it: at the end of the tool, at its error,
// or only in the messages of the next request. A result that changes is news, so such a run does not loop.
import type { Registry } from "@guard/core";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { ToolMessage } from "@langchain/core/messages";
import { tool, type StructuredToolInterface } from "@langchain/core/tools";
import { Command } from "@langchain/langgraph";
import { createAgent, toolRetryMiddleware } from "langchain";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { asText, scriptedModel, use, type ToolRequest, named } from "guard-test-support/langchain";
import { guarded } from "./support/guarded.ts";
import {
  agentWith,
  createAgentInvoke,
  executorInvoke,
  executorStream,
  question,
  reactExecutorInvoke,
  toolCallingExecutor,
  toolNodeInvoke,
  type Runner,
} from "./support/runners.ts";
import { useText, useTool } from "./support/tools.ts";

const description = "Uses it.";
const schema = z.object({ q: z.string() });

/** The same call ten times, then an answer. */
const tenTimes = (call: ToolRequest = use()) =>
  scriptedModel((turn) => (turn <= 10 ? [call] : "It is 8080."));

const asked = (turn: number) => (turn === 1 ? [use()] : "It is 8080.");

/** What a registry tells of agents whose models nobody hears. */
function unguarded(registry: Registry): unknown[] {
  const told: unknown[] = [];
  registry.on("unguarded", (event) => told.push(event));
  return told;
}

// Words, not numbers: results that differ only in a number are nearly the same.
const words = ["red", "green", "blue", "white", "black", "brown", "grey", "pink", "gold", "teal"];

/** A tool that says something else each time, in the way that is given. */
function changing(say: (word: string, callId: string) => unknown): StructuredToolInterface {
  const left = [...words];
  return tool(
    (_input: { q: string }, config: { toolCall?: { id?: string } }) =>
      say(left.shift()!, config.toolCall?.id ?? ""),
    { name: "use", description, schema },
  );
}

const sayByCommand = (word: string, id: string) =>
  new Command({ update: { messages: [new ToolMessage({ content: word, tool_call_id: id })] } });

/** Outcomes in each of LangChain's shapes. */
const shapes: readonly { shape: string; say: (word: string, callId: string) => unknown }[] = [
  { shape: "a text", say: (word) => word },
  { shape: "an object", say: (word) => ({ found: word }) },
  {
    shape: "a message of its own",
    say: (word, id) => new ToolMessage({ content: word, tool_call_id: id, name: "use" }),
  },
  {
    shape: "an error message of its own",
    say: (word, id) => new ToolMessage({ content: word, tool_call_id: id, status: "error" }),
  },
  {
    shape: "an error",
    say: (word) => {
      throw new Error(word);
    },
  },
  {
    shape: "a Command",
    say: sayByCommand,
  },
];

quietHandlerErrors();

describe.each(shapes)("$shape", ({ say }) => {
  test("that changes is news", async () => {
    // A tool that fails ten times in a row is another rule's matter.
    const { handler, events } = guarded({ rules: { storm: false } });
    const model = tenTimes();

    const { error } = await ending(() =>
      createAgentInvoke({ model, tools: [changing(say)], callbacks: [handler] }),
    );

    expect(error).toBeUndefined();
    expect(model.callCount).toBe(11);
    expect(events.filter(({ type }) => type === "block")).toEqual([]);
  });

  test("that stays the same is no news", async () => {
    const { handler } = guarded();
    const model = tenTimes();
    const same = changing((_word, callId) => say("red", callId));

    const { stop } = await ending(() =>
      createAgentInvoke({ model, tools: [same], callbacks: [handler] }),
    );

    expect(stop?.finding.count).toBe(4);
    expect(model.callCount).toBe(6);
  });
});

describe("what no tool event shows is found in the next request", () => {
  test.for([
    ["an unknown tool, createAgent", createAgentInvoke, { name: "nothing", args: {} }],
    ["an unknown tool, ToolNode", toolNodeInvoke, { name: "nothing", args: {} }],
    ["an unknown tool, AgentExecutor", executorInvoke, { name: "nothing", args: {} }],
    ["invalid arguments, createAgent", createAgentInvoke, use(1)],
    ["invalid arguments, ToolNode", toolNodeInvoke, use(1)],
    ["invalid arguments, AgentExecutor", executorInvoke, use(1)],
  ] as const)("%s: counts whole, not half as unseen", async ([, run, call]) => {
    const { handler } = guarded();
    const model = tenTimes(call);

    const { stop } = await ending(() =>
      run({ model, tools: [useTool().tool], callbacks: [handler] }),
    );

    expect(stop?.reason).toBe("loop");
    expect(model.callCount).toBe(6);
  });
});

describe("models that are careless with ids", () => {
  const runners: readonly (readonly [string, Runner, number])[] = [
    ["createAgent", createAgentInvoke, 3],
    ["AgentExecutor", executorInvoke, 5],
    ["ToolNode", toolNodeInvoke, 5],
  ];
  const kinds = ["tool()", "class"] as const;
  const cases = runners.flatMap(([runner, run, bodies]) =>
    kinds.map((kind) => ({ runner, run, bodies, kind })),
  );

  test.for(cases)(
    "$runner, $kind, no ids: each call counts once",
    async ({ run, bodies, kind }) => {
      const used = useTool(kind);
      const { handler } = guarded();
      const model = tenTimes({ ...use(), id: null });

      const { stop } = await ending(() => run({ model, tools: [used.tool], callbacks: [handler] }));

      expect(stop?.report.used).toMatchObject({ modelCalls: 6 });
      expect([model.callCount, used.ran.length]).toEqual([6, bodies]);
    },
  );

  test.for(cases)("$runner, $kind, a batch without ids", async ({ run, kind }) => {
    const used = useTool(kind);
    const { handler, registry } = guarded();
    let spent = 0;
    registry.on("run-ended", () => (spent += 1));
    const model = scriptedModel((turn) =>
      turn === 1 ? ["a", "a", "b"].map((q) => ({ ...use(q), id: null })) : "Done.",
    );

    const { error } = await ending(() => run({ model, tools: [used.tool], callbacks: [handler] }));

    expect(error).toBeUndefined();
    expect(used.ran.toSorted()).toEqual(["a", "a", "b"]);
    expect(spent).toBe(1);
  });

  // The prebuilt ToolNode does not run a call whose id has got its answer already.
  const rerunning = runners.filter(([runner]) => runner !== "ToolNode");

  test.for(rerunning)("%s: empty ids", async ([, run, bodies]) => {
    const used = useTool();
    const { handler } = guarded();
    const model = tenTimes({ ...use(), id: "" });

    const { stop } = await ending(() => run({ model, tools: [used.tool], callbacks: [handler] }));

    expect(stop?.reason).toBe("loop");
    expect([model.callCount, used.ran.length]).toEqual([6, bodies]);
  });

  test.for(rerunning)("%s: the same id in every answer", async ([, run, bodies]) => {
    const used = useTool();
    const { handler } = guarded();
    const model = tenTimes({ ...use(), id: "call_0" });

    const { stop } = await ending(() => run({ model, tools: [used.tool], callbacks: [handler] }));

    expect(stop?.reason).toBe("loop");
    expect([model.callCount, used.ran.length]).toEqual([6, bodies]);
  });

  test("the same id in every answer: the latest message with it is the result", async () => {
    const { handler } = guarded();
    const { error } = await ending(() =>
      createAgentInvoke({
        model: tenTimes({ ...use(), id: "call_0" }),
        tools: [changing(sayByCommand)],
        callbacks: [handler],
      }),
    );

    expect(error).toBeUndefined();
  });
});

describe("arguments", () => {
  const both = tool(({ q }: { q: string; page: number }) => q, {
    name: "use",
    description,
    schema: z.object({ q: z.string(), page: z.number() }),
  });

  test.for([createAgentInvoke, executorInvoke])(
    "the order of their keys says nothing",
    async (run) => {
      const { handler } = guarded({ preset: "strict" });
      const model = scriptedModel((turn) => [
        { name: "use", args: turn % 2 === 1 ? { q: "a", page: 1 } : { page: 1, q: "a" } },
      ]);

      const { stop } = await ending(() => run({ model, tools: [both], callbacks: [handler] }));

      expect(stop?.finding.count).toBe(3);
      expect(model.callCount).toBe(3);
    },
  );
});

describe("classic executors", () => {
  test("a text agent that repeats itself letter by letter is counted each time", async () => {
    const { handler } = guarded({ preset: "strict" });
    const ran: string[] = [];
    const look = tool((q: string) => ran.push(q), { name: "use", description, schema: z.string() });
    const model = scriptedModel(asText(() => [use()]));

    const { stop } = await ending(() =>
      reactExecutorInvoke({
        model,
        tools: [look as unknown as StructuredToolInterface],
        callbacks: [handler],
      }),
    );

    expect(stop?.finding).toMatchObject({ tool: "use", count: 3 });
    expect([model.callCount, ran.length]).toEqual([3, 2]);
  });

  test("a text agent that answers in no format that can be read is a loop, too", async () => {
    const { handler } = guarded();
    const model = scriptedModel(() => "Let me think about it.");

    const { stop } = await ending(() =>
      reactExecutorInvoke({ model, tools: [], callbacks: [handler] }),
    );

    expect(stop?.finding.tool).toBe("_Exception");
    expect(model.callCount).toBe(6);
  });

  test("a tool whose error becomes an empty observation is still known to fail", async () => {
    const { handler } = guarded();
    const left = [...words];
    const failing = named("use", () => {
      throw new Error(left.shift());
    });

    const { error } = await ending(() =>
      executorInvoke({ model: tenTimes(), tools: [failing], callbacks: [handler] }),
    );

    expect(error).toBeUndefined(); // ten different errors
  });

  describe("with the handler in the constructor", () => {
    test("nothing but the executor's own actions is seen: loops of them are stopped", async () => {
      const used = useTool();
      const model = tenTimes();
      const { handler } = guarded({ preset: "strict" });

      const { stop } = await ending(() =>
        toolCallingExecutor({ model, tools: [used.tool], callbacks: [handler] }).invoke({
          input: "Find the port.",
        }),
      );

      expect(stop?.report.used).toMatchObject({ modelCalls: 0, tokens: 0 });
      expect([model.callCount, used.ran.length]).toEqual([3, 2]);
    });

    test("no model call is counted, so no budget holds", async () => {
      const model = tenTimes();
      const { handler } = guarded({ budget: { modelCalls: 1 }, rules: { "no-progress": false } });

      const { error } = await ending(() =>
        toolCallingExecutor({ model, tools: [useTool().tool], callbacks: [handler] }).invoke({
          input: "Find the port.",
        }),
      );

      expect(error).toBeUndefined();
      expect(model.callCount).toBe(11);
    });

    test.for([
      ["calls tools", tenTimes],
      ["answers at once", () => scriptedModel(() => "It is 8080.")],
    ] as const)("a run that %s says so, once", async ([, make]) => {
      const { handler, registry } = guarded();
      const told = unguarded(registry);
      const fields = { model: make(), tools: [useTool().tool], callbacks: [handler] };
      const executor = toolCallingExecutor(fields);

      await ending(() => executor.invoke({ input: "Find the port." }));
      expect(told).toMatchObject([{ agent: "agent" }]);
      await ending(() => executor.invoke({ input: "Find the port." }));
      expect(told).toHaveLength(2);
    });
  });

  test.for([
    ["invoke", executorInvoke, scriptedModel(asked), useTool().tool],
    ["stream", executorStream, scriptedModel(asked), useTool().tool],
    ["invoke of a text agent", reactExecutorInvoke, scriptedModel(asText(asked)), useText().tool],
  ] as const)("given to %s it hears the models, and says nothing", async ([, run, model, used]) => {
    const { handler, registry } = guarded();
    const told = unguarded(registry);
    await ending(() => run({ model, tools: [used], callbacks: [handler] }));
    expect([model.callCount, told]).toEqual([2, []]);
  });
});

describe("a call that middleware tries again", () => {
  const retrying = agentWith(toolRetryMiddleware({ initialDelayMs: 0, jitter: false }));

  test("counts once, and its last attempt is its result", async () => {
    const { handler, events } = guarded({ preset: "strict" });
    let attempts = 0;
    const flaky = named("use", () => {
      attempts += 1;
      if (attempts % 3 !== 0) throw new Error("busy");
      return words[attempts / 3];
    });
    const model = scriptedModel((turn) => (turn <= 2 ? [use()] : "It is 8080."));

    const { error } = await ending(() => retrying({ model, tools: [flaky], callbacks: [handler] }));

    expect(error).toBeUndefined();
    expect(attempts).toBe(6);
    expect(events.map(({ type }) => type)).toEqual(["run-ended"]); // two calls, not six
  });

  test("that brings something else in the end each time is no loop", async () => {
    const { handler, events } = guarded();
    let attempts = 0;
    const flaky = named("use", () => {
      attempts += 1;
      if (attempts % 2 === 1) throw new Error("busy");
      return words[attempts / 2 - 1];
    });

    const { error } = await ending(() =>
      retrying({ model: tenTimes(), tools: [flaky], callbacks: [handler] }),
    );

    expect(error).toBeUndefined();
    expect(events.filter(({ type }) => type === "block")).toEqual([]);
  });

  test("that always fails is a loop", async () => {
    const { handler } = guarded();
    const used = useTool("throwing tool");
    const model = tenTimes();

    const { stop } = await ending(() =>
      retrying({ model, tools: [used.tool], callbacks: [handler] }),
    );

    expect(stop?.finding.count).toBe(4);
    expect([model.callCount, used.ran.length]).toEqual([6, 9]);
  });
});

test("a tool that calls another with its own config: two calls, though LangChain gives both one id", async () => {
  const { handler } = guarded({ budget: { toolCalls: 3 } });
  const used = useTool();
  const all = tool(({ q }, config) => used.tool.invoke({ q: `for ${q}` }, config), {
    name: "all",
    description,
    schema,
  });
  const model = scriptedModel((turn) => [{ name: "all", args: { q: `${turn}` } }]);

  const { stop } = await ending(() =>
    createAgentInvoke({ model, tools: [all], callbacks: [handler] }),
  );

  expect(stop?.report.used.toolCalls).toBe(3);
  expect([model.callCount, used.ran]).toEqual([2, ["for 1"]]);
});

test("a tool that is aborted says nothing about its call", async () => {
  const { handler, events } = guarded();
  const aborting = named("use", () => {
    throw Object.assign(new Error("aborted"), { name: "AbortError" });
  });

  await ending(() =>
    createAgent({ model: tenTimes(), tools: [aborting] }).invoke(question, {
      callbacks: [handler],
    }),
  );

  expect(events.filter(({ type }) => type === "block")).toEqual([]);
});

test("other handlers hear what they always hear", async () => {
  const heard: string[] = [];
  const other = BaseCallbackHandler.fromMethods({
    handleToolStart: () => void heard.push("start"),
    handleToolEnd: () => void heard.push("end"),
  });
  const { handler } = guarded();

  await ending(() =>
    createAgentInvoke({
      model: scriptedModel((turn) => (turn === 1 ? [use()] : "Done.")),
      tools: [useTool().tool],
      callbacks: [handler, other],
    }),
  );

  expect(heard).toEqual(["start", "end"]);
});
