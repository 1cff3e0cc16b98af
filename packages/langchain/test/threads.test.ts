// A thread remembers: in another process, from an older checkpoint, and behind an approval.
import { createBreaker, createRegistry, type GuardOptions, type Snapshot } from "@guard/core";
import { manualClock } from "@guard/testing";
import { AIMessage } from "@langchain/core/messages";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import * as langchain from "langchain";
import { createAgent, createMiddleware, toolStrategy } from "langchain";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { named, scriptedModel, use, type Answer } from "guard-test-support/langchain";
import { GuardCallbackHandler, guardMiddleware } from "../src/index.ts";
import { laterRecord, readRecord, type GuardRecord } from "@guard/core/adapter";
import { recordIn } from "../src/record.ts";
import { startProcess } from "./support/processes.ts";
import { question } from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

quietHandlerErrors();

const once = (turn: number): Answer => (turn === 1 ? [use()] : "I don't know it.");
const thrice = (turn: number): Answer => (turn <= 3 ? [use()] : "I don't know it.");
const forEver = (): Answer => [use()];
const say = (content: string) => ({ messages: [{ role: "user", content }] });
const strictly = (more: GuardOptions = {}): GuardOptions => ({
  preset: "strict",
  onTrip: "finish",
  ports: { clock: manualClock() },
  ...more,
});

const spent = (record: GuardRecord | undefined) =>
  record && createBreaker({ restore: record.snapshot }).spending;
const trip = (record: GuardRecord | undefined) =>
  record && createBreaker({ restore: record.snapshot }).trip?.reason;

describe.each([1, 0])("in another process, %i handlers", (handlers) => {
  test("each message is a turn: what was asked for before it is forgotten", async () => {
    const checkpointer = new MemorySaver();
    const seen: unknown[] = [];
    for (const turn of [1, 2, 3]) {
      const process = startProcess({ checkpointer, script: once, options: strictly(), handlers });
      const { messages } = await process.agent.invoke(
        turn === 1 ? question : say("Find the port."),
        process.thread("one"),
      );
      seen.push([...process.counts(), messages.at(-1)?.text.startsWith("guard stopped")]);
    }
    expect(seen).toEqual([
      [2, 1, false],
      [2, 1, false],
      [2, 1, false],
    ]);
  });

  test("another user message is a new turn, there as here", async () => {
    const checkpointer = new MemorySaver();
    for (const turn of [1, 2, 3, 4, 5]) {
      const process = startProcess({ checkpointer, script: thrice, handlers });
      await process.agent.invoke(say(`Question ${turn}`), process.thread("one"));
      expect(process.counts()).toEqual([4, 3]);
    }
  });

  test("a trip goes on: no model is asked as long as the break lasts, then the thread lives", async () => {
    const checkpointer = new MemorySaver();
    const options = strictly();
    const { clock } = options.ports as { clock: ReturnType<typeof manualClock> };
    const first = startProcess({ checkpointer, script: forEver, options, handlers });
    await first.agent.invoke(question, first.thread("one"));

    const answering = { checkpointer, script: () => "It is 8080.", options, handlers };
    const second = startProcess(answering);
    const stopped = await second.agent.invoke(say("And now?"), second.thread("one"));
    expect(second.counts()).toEqual([0, 0]);
    expect(stopped.messages.at(-1)?.text).toMatch(/^This task was stopped/);

    clock.advance(30_000);
    const third = startProcess(answering);
    const alive = await third.agent.invoke(say("And now?"), third.thread("one"));
    expect(alive.messages.at(-1)?.text).toBe("It is 8080.");
  });

  test("guard grants one last call for each trip", async () => {
    const checkpointer = new MemorySaver();
    const options = strictly({ onTrip: "wind-down" });
    const asked: number[] = [];
    for (const content of ["Find the port.", "And now?"]) {
      const process = startProcess({ checkpointer, script: forEver, options, handlers });
      await process.agent.invoke(say(content), process.thread("one"));
      asked.push(process.model.callCount);
    }
    expect(asked).toEqual([4, 0]);
  });

  test("money goes on: a budget of the thread holds over all its turns", async () => {
    const checkpointer = new MemorySaver();
    const asked: number[] = [];
    for (const turn of [1, 2, 3]) {
      const options = { budget: { modelCalls: 2 }, onTrip: "finish" } as const;
      const process = startProcess({ checkpointer, script: () => "done", options, handlers });
      await process.agent.invoke(say(`question ${turn}`), process.thread("one"));
      asked.push(process.model.callCount);
    }
    expect(asked).toEqual([1, 1, 0]);
  });

  test("other threads know nothing of it, and neither does a run without a thread", async () => {
    const checkpointer = new MemorySaver();
    const process = startProcess({
      checkpointer,
      script: forEver,
      options: strictly(),
      handlers,
    });
    await process.agent.invoke(question, process.thread("one"));
    const other = startProcess({ checkpointer, script: once, options: strictly(), handlers });
    await other.agent.invoke(question, other.thread("other"));
    expect(other.counts()).toEqual([2, 1]);
  });
});

test("a structured response is there, and its cost is kept", async () => {
  const checkpointer = new MemorySaver();
  const source = createRegistry();
  const model = scriptedModel(() => [{ name: "extract-1", args: { port: 8080 } }]);
  const agent = createAgent({
    model,
    tools: [],
    checkpointer,
    middleware: [guardMiddleware(source)],
    responseFormat: toolStrategy(z.object({ port: z.number() }).meta({ title: "extract-1" })),
  });
  const config = { configurable: { thread_id: "one" } };

  const { structuredResponse, messages } = await agent.invoke(question, config);

  expect(structuredResponse).toEqual({ port: 8080 });
  expect(messages.map((message) => message.getType())).toEqual(["human", "ai", "tool", "ai"]);
  const state: Promise<unknown> = agent.getState(config);
  const { values } = (await state) as { values: unknown };
  expect(spent(readRecord(recordIn(values), "_guard"))).toMatchObject({ modelCalls: 1 });
});

describe("calls that wait for a human count once, and their results are learned", () => {
  const { humanInTheLoopMiddleware } = langchain as unknown as {
    humanInTheLoopMiddleware: (options: object) => object;
  };
  const approval = humanInTheLoopMiddleware({
    interruptOn: { use: { allowedDecisions: ["approve"] } },
  });
  interface Case {
    readonly who: string;
    readonly behind: readonly object[];
    readonly body?: (q: string) => string;
    readonly resume: unknown;
    readonly fresh: boolean;
  }
  const cases: readonly Case[] = [true, false].flatMap((fresh) => [
    { who: "an approval", behind: [approval], resume: { decisions: [{ type: "approve" }] }, fresh },
    {
      who: "the tool itself",
      behind: [],
      body: (q: string) => `${q}: ${String(interrupt("Run it?"))}`,
      resume: "yes",
      fresh,
    },
  ]);

  test.for(cases)("$who, another process: $fresh", async ({ behind, body, resume, fresh }) => {
    const checkpointer = new MemorySaver();
    const setup = { checkpointer, script: once, behind, ...(body === undefined ? {} : { body }) };
    const first = startProcess(setup);
    await first.agent.invoke(question, first.thread("one"));
    expect(spent(await first.recordAt("one"))).toMatchObject({ modelCalls: 1, toolCalls: 1 });

    const second = fresh ? startProcess({ ...setup, script: () => "I don't know it." }) : first;
    const { messages } = await second.agent.invoke(new Command({ resume }), second.thread("one"));

    expect(messages.at(-1)?.text).toBe("I don't know it.");
    const record = await second.recordAt("one");
    expect(spent(record)).toMatchObject({ modelCalls: 2, toolCalls: 1 });
    expect(record?.snapshot.state["pending"]).toEqual([]);
  });
});

/** A thread that was stopped, and its checkpoints, the oldest first. */
async function stoppedThread() {
  const checkpointer = new MemorySaver();
  const process = startProcess({ checkpointer, script: forEver, options: strictly() });
  await process.agent.invoke(question, process.thread("one"));
  const ids: string[] = [];
  const history = process.agent.getStateHistory(process.thread("one")) as AsyncIterable<{
    config: { configurable: { checkpoint_id: string } };
  }>;
  for await (const { config } of history) ids.unshift(config.configurable.checkpoint_id);
  return { checkpointer, process, ids };
}

describe("from an older checkpoint", () => {
  test("evidence and trip follow the checkpoint", async () => {
    const { process, ids } = await stoppedThread();
    const records = await Promise.all(ids.map((id) => process.recordAt("one", id)));
    // input, start, model, tools, model, tools, model that trips
    expect(records.map(trip)).toEqual([...Array.from({ length: 6 }), "loop"]);
    expect(records.map((record) => spent(record)?.modelCalls)).toEqual([
      undefined,
      undefined,
      1,
      1,
      2,
      2,
      3,
    ]);
  });

  test.each([
    { where: "the same process", again: true, reads: false },
    { where: "another process that reads the checkpointer", again: false, reads: true },
  ])("a fork in $where runs on, and money never goes down", async ({ again, reads }) => {
    const before = await stoppedThread();
    const process = again
      ? before.process
      : startProcess({
          checkpointer: before.checkpointer,
          script: forEver,
          options: strictly(),
          reads,
        });
    const [models = 0, bodies = 0] = process.counts();

    await process.agent.invoke(null as never, process.thread("one", before.ids[3]));

    // one round was known at the fork: two more answers, one more body
    const [allModels = 0, allBodies = 0] = process.counts();
    expect([allModels - models, allBodies - bodies]).toEqual([2, 1]);
    const record = await process.recordAt("one");
    expect(trip(record)).toBe("loop");
    expect(spent(record)).toMatchObject({ modelCalls: 5, toolCalls: 3 });
  });
});

test("what is kept is plain JSON, without arguments, results and prompts, and no output", async () => {
  const checkpointer = new MemorySaver();
  const secret = "a-secret-argument";
  const process = startProcess({ checkpointer, script: () => [use(secret)], options: strictly() });

  const given = await process.agent.invoke(question, process.thread("one"));
  const record = await process.recordAt("one");
  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  expect(JSON.stringify(record)).not.toMatch(/a-secret-argument|Find the port|is there/);
  expect(Object.keys(given)).toEqual(["messages"]);
});

describe("where nothing is kept, each run begins anew", () => {
  const options = { budget: { modelCalls: 2 } };
  const fromFunction = () => {
    const registry = createRegistry(options);
    return { source: () => registry.breaker(), checkpointer: new MemorySaver() };
  };
  test.for([
    ["a thread without a checkpointer", () => ({ source: createRegistry(options) }), true],
    [
      "a handler alone",
      () => ({ source: createRegistry(options), checkpointer: new MemorySaver() }),
      false,
    ],
    ["a breaker from a function for each run", fromFunction, true],
  ] as const)("%s", async ([, make, isMiddleware]) => {
    const { source, ...rest } = make();
    const model = scriptedModel((turn) => (turn % 2 === 1 ? [use()] : "done"));
    const middleware = isMiddleware ? [guardMiddleware(source)] : [];
    const agent = createAgent({ model, tools: [useTool().tool], middleware, ...rest });
    const config = {
      callbacks: [new GuardCallbackHandler(source)],
      configurable: { thread_id: "one" },
    };
    for (const turn of [1, 2, 3]) {
      const { messages } = await agent.invoke(say(`question ${turn}`), config);
      expect(messages.at(-1)?.text).toBe("done");
    }
  });
});

test("a record of another version is told, and no model is asked", async () => {
  const checkpointer = new MemorySaver();
  const process = startProcess({ checkpointer, script: once });
  await process.agent.invoke(question, process.thread("one"));
  const snapshot = { version: 3, state: { tokens: 1e6, accounts: [] } } as unknown as Snapshot;
  const other = createMiddleware({
    name: "Other",
    beforeAgent: () => ({ _guard: { snapshot } }) as never,
  });
  const broken = startProcess({ checkpointer, script: once, before: [other] });

  const { error } = await ending(() => broken.agent.invoke(question, broken.thread("one")));

  expect(String(error)).toContain("snapshot.version: expected 2, received 3");
  expect(broken.counts()).toEqual([0, 0]);
});

describe("other middlewares are given the model's message, not what guard keeps", () => {
  test.each(["finish", "throw"] as const)("%s", async (onTrip) => {
    const seen: unknown[] = [];
    const watching = createMiddleware({
      name: "Watching",
      wrapModelCall: async (request, next) => {
        const answer = await next(request);
        seen.push(AIMessage.isInstance(answer));
        return answer;
      },
    });
    const checkpointer = new MemorySaver();
    const options = strictly({ onTrip });
    const process = startProcess({ checkpointer, script: forEver, options, before: [watching] });

    await ending(() => process.agent.invoke(question, process.thread("one")));

    expect(seen).toEqual(onTrip === "finish" ? [true, true, true] : [true, true]);
  });
});

/** A record of a run that was asked for some calls and has spent something. */
const record = (tokens: number, modelCalls: number): GuardRecord => {
  const { version, state } = createBreaker().snapshot();
  const slots = { "0": { modelCalls, toolCalls: 0, tokens: 0, nanoUsd: 0 } };
  const accounts = [["run", { used: slots, held: {}, alerted: {} }]];
  return { snapshot: { version, state: { ...state, tokens, accounts } } };
};

describe("of two records that are written at once", () => {
  test.for([
    ["the later one", record(1, 1), record(2, 2), 2, 2],
    ["the later one, in any order", record(4, 2), record(2, 1), 4, 2],
    ["what was spent more", record(1, 7), record(2, 2), 2, 7],
    ["the only one", undefined, record(1, 1), 1, 1],
    ["the one that was there", record(1, 1), undefined, 1, 1],
  ] as const)("%s counts", ([, before, next, tokens, modelCalls]) => {
    const later = laterRecord(before, next);
    expect(later?.snapshot.state["tokens"]).toBe(tokens);
    expect(spent(later)).toMatchObject({ modelCalls });
  });
});

describe("a trip that no checkpoint holds", () => {
  test("of a run that ended in its error: the thread asks no model", async () => {
    const options = strictly({ onTrip: "throw" });
    const { agent, thread, counts, newestCheckpoint } = startProcess({
      checkpointer: new MemorySaver(),
      script: forEver,
      options,
    });
    const run = (input: typeof question | null, config = thread("one")) =>
      ending(() => agent.invoke(input, config));
    expect((await run(question)).stop?.reason).toBe("loop");
    const before = counts();

    expect((await run(null)).stop?.reason).toBe("loop");
    expect(counts()).toEqual(before);

    await run(null, thread("one", await newestCheckpoint("one")));
    expect(counts()).toEqual([before[0]! + 1, before[1]]);
  });

  test("of a run that was aborted in the same moment: the thread asks no model", async () => {
    const source = createRegistry(strictly());
    const { agent, thread, counts } = startProcess({
      checkpointer: new MemorySaver(),
      script: forEver,
      source,
    });
    const stop = new AbortController();
    source.on("trip", () => stop.abort());
    await ending(() => agent.invoke(question, { ...thread("one"), signal: stop.signal }));
    const before = counts();

    const { messages } = await agent.invoke(null, thread("one"));

    expect(messages.at(-1)?.text).toMatch(/^This task was stopped/);
    expect(counts()).toEqual(before);
  });

  test("of a run that goes on in a tool: it does not start again", async () => {
    const source = createRegistry({ budget: { modelCalls: 1 } });
    const inner = scriptedModel(() => "found");
    const ran: string[] = [];
    const asking = named("use", async (q) => {
      ran.push(q);
      return (await inner.invoke("Find it.")).text;
    });
    const agent = createAgent({
      model: scriptedModel(once),
      tools: [asking],
      checkpointer: new MemorySaver(),
      middleware: [guardMiddleware(source)],
    });
    const stop = new AbortController();
    source.on("trip", () => stop.abort());
    const thread = {
      callbacks: [new GuardCallbackHandler(source)],
      configurable: { thread_id: "one" },
    };
    await ending(() => agent.invoke(question, { ...thread, signal: stop.signal }));

    const ended = await ending(() => agent.invoke(null, thread));

    expect(ended.stop?.reason).toBe("budget");
    expect([ran, inner.callCount]).toEqual([["a"], 0]);
  });

  test("of an agent inside a tool: what a human grants is all that passes", async () => {
    const source = createRegistry(strictly({ onTrip: "ask" }));
    const { tool: used, ran } = useTool();
    const inner = scriptedModel(forEver, "inner");
    const ask = langchain.tool(
      async ({ q }) => {
        const colleague = createAgent({ model: inner, tools: [used], name: "colleague" });
        const { messages } = await colleague.invoke({ messages: q });
        return messages.at(-1)?.text;
      },
      { name: "ask_colleague", description: "Asks.", schema: z.object({ q: z.string() }) },
    );
    const outer = scriptedModel((turn) => [{ name: "ask_colleague", args: { q: `${turn}` } }]);
    const agent = createAgent({
      model: outer,
      tools: [ask],
      checkpointer: new MemorySaver(),
      middleware: [guardMiddleware(source)],
    });
    const thread = {
      callbacks: [new GuardCallbackHandler(source)],
      configurable: { thread_id: "one" },
    };
    const resume = (decision: unknown) => agent.invoke(new Command({ resume: decision }), thread);
    const models = () => inner.callCount + outer.callCount;
    await agent.invoke(question, thread);
    const before = [models(), ran.length];
    const said = { by: "ana", why: "try once more" };

    await resume([
      { grant: "model", times: 2, ...said },
      { grant: "delegation", times: 1, ...said },
    ]);
    const granted = [models() - before[0]!, ran.length - before[1]!];
    await agent.invoke(null, thread);
    const { messages } = await resume("stop");

    expect(granted).toEqual([2, 0]);
    expect([models() - before[0]!, ran.length - before[1]!]).toEqual(granted);
    expect(messages.at(-1)?.text).toMatch(/^This task was stopped/);
  });
});

test("two agents with checkpointers of their own don't share a thread by its name", async () => {
  const source = createRegistry({ budget: { modelCalls: 2 } });
  for (const script of [() => "one", () => "two"]) {
    const process = startProcess({ checkpointer: new MemorySaver(), script, source, reads: true });
    for (const turn of [1, 2])
      await process.agent.invoke(say(`Question ${turn}`), process.thread("1"));
    const { stop } = await ending(() => process.agent.invoke(say("Again?"), process.thread("1")));
    expect([process.model.callCount, stop?.reason]).toEqual([2, "budget"]);
  }
});

const listFails = new Error("no list here");

test.for([
  [
    "at once",
    () => {
      throw listFails;
    },
  ],
  [
    "on the way",
    () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(listFails) }) }),
  ],
] as const)(
  "regression: a checkpointer that throws %s when guard reads it ends no run",
  async ([, list]) => {
    const checkpointer = Object.assign(new MemorySaver(), { list: list as () => never });
    const options = strictly();
    const process = startProcess({ checkpointer, script: forEver, options, reads: true });

    await process.agent.invoke(question, process.thread("one"));
    const [before] = process.counts();
    await process.agent.invoke(say("Again?"), process.thread("one"));

    expect(process.events.filter(({ type }) => type === "port-error")).toMatchObject([
      { port: "checkpointer", error: listFails },
    ]);
    // The state of the graph still stops its thread.
    expect([process.counts()[0], trip(await process.recordAt("one"))]).toEqual([before, "loop"]);
  },
);
