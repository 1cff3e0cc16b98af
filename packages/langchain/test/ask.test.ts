// A human is asked what a stopped run may still do: in the same process, and in one that knows nothing but
// the checkpoints.
import { createBreaker, createRegistry, type BreakerSource, type GuardOptions } from "@guard/core";
import { manualClock } from "@guard/testing";
import { AIMessage, HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { Command, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import * as langchain from "langchain";
import { createAgent, createMiddleware, type AgentMiddleware } from "langchain";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { ending, readAll } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { loopingModel, scriptedModel, use, named } from "guard-test-support/langchain";
import {
  GuardCallbackHandler,
  guardMiddleware,
  type TripDecision,
  type TripQuestion,
} from "../src/index.ts";
import { startProcess, type ProcessSetup } from "./support/processes.ts";
import { question } from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

quietHandlerErrors();

const said = { by: "ana", why: "the port changes hourly" };
const twoMore: TripDecision = [
  { grant: "model", times: 2, ...said },
  { grant: "tool", ...said },
];
const text =
  'This task was stopped: the agent asked for "use" 3 times with the same arguments. ' +
  "Give more details, or ask for something else.";

type Setup = Omit<ProcessSetup, "checkpointer" | "script"> & {
  /** How many answers ask for the same call, over all processes. */
  readonly loops?: number;
  readonly fresh?: boolean;
};

/** An agent that loops until it is stopped, on one thread; with `fresh` every resume is another process. */
function looping({ loops = 60, fresh = false, options, ...more }: Setup) {
  const clock = manualClock();
  const guard: GuardOptions = { preset: "strict", onTrip: "ask", ports: { clock }, ...options };
  const checkpointer = new MemorySaver();
  let answers = 0;
  const script = () => ((answers += 1) <= loops ? [use()] : "It is 8080.");
  const start = () => startProcess({ ...more, checkpointer, script, options: guard });
  let process = start();
  const processes = [process];
  const run = (input: unknown) =>
    ending(() => process.agent.invoke(input as typeof question, process.thread("one")));
  return {
    clock,
    start: () => run(question),
    say: (content: string) => run({ messages: [{ role: "user", content }] }),
    resume: (resume: unknown) => {
      if (fresh) processes.push((process = start()));
      return run(new Command({ resume }));
    },
    /** Model calls and tool bodies of all processes. */
    counts: () => [answers, processes.reduce((sum, { ran }) => sum + ran.length, 0)],
    granted: () =>
      processes.flatMap(({ events }) => events).filter(({ type }) => type === "granted"),
    spending: async () => {
      const record = await process.recordAt("one");
      return record && createBreaker({ restore: record.snapshot }).spending;
    },
  };
}

function questionIn(result: unknown): TripQuestion | undefined {
  const { __interrupt__: waiting } = (result ?? {}) as {
    __interrupt__?: { value: TripQuestion }[];
  };
  return waiting?.[0]?.value;
}

const threeAtOnce = (turn: number) => (turn < 3 ? [use()] : [use("b"), use(), use("c")]);

const lastText = (result: { messages: BaseMessage[] } | undefined) => result?.messages.at(-1)?.text;

/** Ids of tool calls without a tool message. */
function unanswered(result: { messages: BaseMessage[] } | undefined) {
  const messages = result?.messages ?? [];
  const answered = messages.map((one) => ("tool_call_id" in one ? one.tool_call_id : undefined));
  return messages
    .flatMap((one) => (AIMessage.isInstance(one) ? (one.tool_calls ?? []) : []))
    .filter(({ id }) => !answered.includes(id));
}

interface Case {
  readonly kind: string;
  readonly fresh: boolean;
  readonly source?: () => BreakerSource;
}
const breakerOptions = (): GuardOptions => ({
  preset: "strict",
  onTrip: "ask",
  ports: { clock: manualClock() },
});
const cases: readonly Case[] = [
  { kind: "a registry", fresh: false },
  { kind: "a registry in each process", fresh: true },
  { kind: "a breaker", fresh: false, source: () => createBreaker(breakerOptions()) },
];

describe.each(cases)("$kind", ({ fresh, source }) => {
  const asked = (setup: Setup = {}) =>
    looping({ fresh, ...(source === undefined ? {} : { source: source() }), ...setup });

  test("the agent waits, and says why", async () => {
    const { start, counts } = asked();
    const { result, error } = await start();
    expect(error).toBeUndefined();
    expect(counts()).toEqual([3, 2]);
    expect(questionIn(result)).toEqual({
      guard: "trip",
      text,
      trip: expect.objectContaining({ reason: "loop", tripCount: 1 }) as object,
    });
    expect(unanswered(result)).toEqual([]);
  });

  test("stop: it ends with an answer of guard's, and nothing has started", async () => {
    const { start, resume, counts } = asked();
    await start();
    const { result, error } = await resume("stop");
    expect(error).toBeUndefined();
    expect(counts()).toEqual([3, 2]);
    expect(lastText(result)).toBe(text);
    expect(unanswered(result)).toEqual([]);
  });

  test("granted: guard lets these calls pass and no more, then asks again", async () => {
    const { start, resume, counts, granted } = asked();
    await start();
    for (const round of [1, 2]) {
      const { result } = await resume(twoMore);
      expect(counts()).toEqual([3 + 2 * round, 2 + round]);
      expect(questionIn(result)?.text).toBe(text);
    }
    expect(granted()).toMatchObject(Array.from({ length: 6 }, () => said));
    const { result } = await resume("stop");
    expect([counts(), lastText(result)]).toEqual([[7, 4], text]);
  });

  test("a decision may be given by the question's id, as to one of several", async () => {
    const { start, resume, counts } = asked();
    const { result } = await start();
    const { __interrupt__: waiting } = result as unknown as { __interrupt__: { id: string }[] };
    const stopped = await resume({ [waiting[0]!.id]: "stop" });
    expect([counts(), lastText(stopped.result)]).toEqual([[3, 2], text]);
  });

  test("a decision that is read again with the next one grants nothing again", async () => {
    const { start, resume, counts } = asked();
    await start();
    await resume({ grant: "tool", ...said }); // no model may be asked: asked again in the same place
    const { result } = await resume({ grant: "model", times: 3, ...said });
    expect([questionIn(result)?.text, counts()]).toEqual([text, [6, 3]]);
  });

  test("granted a model call only: no tool runs", async () => {
    const { start, resume, counts } = asked();
    await start();
    const { result } = await resume({ grant: "model", ...said });
    expect(counts()).toEqual([4, 2]);
    expect(questionIn(result)?.text).toBe(text);
  });

  test("granted tools only: no model is asked, and the human is asked again", async () => {
    const { start, resume, counts } = asked({ loops: 3 });
    await start();
    const { result } = await resume({ grant: "tool", ...said });
    expect(questionIn(result)?.text).toBe(text);
    expect(counts()).toEqual([3, 2]);
    const done = await resume({ grant: "model", ...said });
    expect([counts(), lastText(done.result)]).toEqual([[4, 2], "It is 8080."]);
  });

  test("granted: a run that comes to its end ends with the model's own answer", async () => {
    const { start, resume, counts } = asked({ loops: 4 });
    await start();
    const { result, error } = await resume(twoMore);
    expect(error).toBeUndefined();
    expect([counts(), lastText(result)]).toEqual([[5, 3], "It is 8080."]);
  });

  test("forced closed: it goes on as if nothing had been", async () => {
    const { start, resume, counts } = asked({ loops: 10 });
    await start();
    const { result } = await resume({ force: "closed", ...said });
    expect([counts(), lastText(result)]).toEqual([[11, 10 - 1], "It is 8080."]);
  });

  test("a decision that can't be obeyed: nothing starts, and it is asked again, saying why", async () => {
    const { start, resume, counts } = asked({ loops: 4 });
    await start();
    const { result } = await resume([
      { grant: "model", times: 2, ...said },
      { grant: "all", ...said },
    ]);
    expect(questionIn(result)?.text).toBe(
      `${text} The last decision can't be obeyed: ` +
        'override.grant: expected one of tool, model, delegation, received "all"',
    );
    expect(counts()).toEqual([3, 2]);
    const done = await resume(twoMore);
    expect([counts(), lastText(done.result)]).toEqual([[5, 3], "It is 8080."]);
  });

  test("nothing is paid or counted twice", async () => {
    const { start, resume, spending } = asked({ loops: 4 });
    await start();
    await resume(twoMore);
    const spent = await spending();
    if (spent !== undefined)
      expect(spent).toMatchObject({ modelCalls: 5, toolCalls: 3, tokens: 600 });
  });
});

describe.each([true, false])("another process: %s", (fresh) => {
  test("the human takes longer than the break lasts: what was decided holds all the same", async () => {
    const { start, resume, counts, clock } = looping({ fresh });
    await start();
    clock.advance(3_600_000);
    const { result } = await resume("stop");
    expect([counts(), lastText(result)]).toEqual([[3, 2], text]);
  });

  test("a spent budget: guard lets the run use what the human adds", async () => {
    const options = { budget: { modelCalls: 2 } };
    const { start, resume, counts } = looping({ fresh, options, loops: 60 });
    const { result } = await start();
    expect(questionIn(result)?.text).toContain("the budget of 2 model calls is used up");
    expect(counts()).toEqual([2, 2]);

    const more = await resume({ extend: { modelCalls: 1 }, ...said });
    expect(questionIn(more.result)?.text).toContain("the budget of 3 model calls is used up");
    expect(counts()).toEqual([3, 3]);

    const done = await resume("stop");
    expect(counts()).toEqual([3, 3]);
    expect(lastText(done.result)).toContain("the budget of 3 model calls is used up");
  });

  test("no call of an answer that stops the run runs", async () => {
    const checkpointer = new MemorySaver();
    const script = threeAtOnce;
    const options = breakerOptions();
    const first = startProcess({ checkpointer, script, options });
    const { result } = await ending(() => first.agent.invoke(question, first.thread("one")));
    expect(first.ran).toEqual(["a", "a"]);
    expect(unanswered(result)).toEqual([]);

    const next = fresh ? startProcess({ checkpointer, script, options }) : first;
    const { messages } = await next.agent.invoke(
      new Command({ resume: "stop" }),
      next.thread("one"),
    );
    expect(messages.at(-1)?.text).toBe(text);
    expect(first.ran).toEqual(["a", "a"]);
  });

  test("a trip inside a tool: the outermost agent asks, and stop is stop", async () => {
    const checkpointer = new MemorySaver();
    const used = useTool();
    const models = { outer: 0, inner: 0 };
    const start = () => {
      const source = createRegistry(breakerOptions());
      const middleware = [guardMiddleware(source)];
      const inner = scriptedModel(() => ((models.inner += 1), [use()]));
      const helper = createAgent({ model: inner, tools: [used.tool], middleware, name: "helper" });
      const ask = named("ask_helper", async (q) => {
        const { messages } = await helper.invoke({ messages: [new HumanMessage(q)] });
        return messages.at(-1)?.text;
      });
      const outer = scriptedModel(
        () => ((models.outer += 1), [{ name: "ask_helper", args: { q: "Find it." } }]),
      );
      const agent = createAgent({ model: outer, tools: [ask], middleware, checkpointer });
      const callbacks = [new GuardCallbackHandler(source)];
      return (input: unknown) =>
        agent.invoke(input as typeof question, {
          callbacks,
          configurable: { thread_id: "one" },
        });
    };
    const first = start();
    expect(questionIn(await first(question))?.text).toBe(text);
    expect(models).toEqual({ outer: 1, inner: 3 });

    const next = fresh ? start() : first;
    const stopped = await next(new Command({ resume: "stop" }));

    expect(stopped.messages.at(-1)?.text).toMatch(/^This task was stopped/);
    expect([models, used.ran.length]).toEqual([{ outer: 1, inner: 3 }, 2]);
  });
});

test("a state that has a field of that name is no decision", async () => {
  const source = createRegistry(breakerOptions());
  const agent = createAgent({
    model: scriptedModel(() => "It is 8080."),
    tools: [],
    stateSchema: z.object({ resume: z.string() }),
    middleware: [guardMiddleware(source)],
    checkpointer: new MemorySaver(),
  });
  const { messages } = await agent.invoke(
    { ...question, resume: "stop" },
    { callbacks: [new GuardCallbackHandler(source)], configurable: { thread_id: "one" } },
  );
  expect(messages.at(-1)?.text).toBe("It is 8080.");
});

test("another user message in place of a decision: asked again as long as the break lasts", async () => {
  const { start, say, counts, clock } = looping({ loops: 3 });
  await start();
  const { result } = await say("And now?");
  expect(questionIn(result)?.text).toBe(text);
  expect(counts()).toEqual([3, 2]);
  clock.advance(30_000);
  const alive = await say("And now, an hour later?");
  expect([counts(), lastText(alive.result)]).toEqual([[4, 2], "It is 8080."]);
});

test.for(["values", "updates", "messages"] as const)(
  "a stream of %s waits, too",
  async (streamMode) => {
    const checkpointer = new MemorySaver();
    const process = startProcess({
      checkpointer,
      script: () => [use()],
      options: breakerOptions(),
    });
    const { result, error } = await ending(() =>
      readAll(process.agent.stream(question, { ...process.thread("one"), streamMode })),
    );
    expect(error).toBeUndefined();
    if (streamMode !== "messages") {
      expect(questionIn(result?.at(-1))).toMatchObject({ guard: "trip", text });
    }
    expect(process.counts()).toEqual([3, 2]);
  },
);

test.for([true, false])(
  "an agent that is a node of a graph asks as well; another process: %s",
  async (fresh) => {
    const checkpointer = new MemorySaver();
    let answers = 0;
    const used = useTool();
    const start = () => {
      const source = createRegistry(breakerOptions());
      const model = scriptedModel(() => ((answers += 1) <= 4 ? [use()] : "It is 8080."));
      const middleware = [guardMiddleware(source)];
      const agent = createAgent({ model, tools: [used.tool], middleware, name: "finder" });
      const graph = new StateGraph(MessagesAnnotation)
        .addNode("finder", agent.graph)
        .addEdge(START, "finder")
        .compile({ checkpointer });
      const config = {
        callbacks: [new GuardCallbackHandler(source)],
        configurable: { thread_id: "one" },
      };
      return (input: unknown) => graph.invoke(input as typeof question, config);
    };
    const first = start();
    expect(questionIn(await first(question))?.text).toBe(text);
    const next = fresh ? start() : first;
    const { messages } = await next(new Command({ resume: twoMore }));
    expect(messages.at(-1)?.text).toBe("It is 8080.");
    expect([answers, used.ran.length]).toEqual([5, 3]);
  },
);

test.for([true, false])(
  "an approval of refused calls lets no call run; another process: %s",
  async (fresh) => {
    const { humanInTheLoopMiddleware } = langchain as unknown as Record<
      string,
      (options: object) => object
    >;
    const interruptOn = { use: { allowedDecisions: ["approve"] } };
    const behind = [humanInTheLoopMiddleware!({ interruptOn })];
    const { start, resume, counts } = looping({ fresh, behind });
    const approved = { decisions: [{ type: "approve" }] };
    await start();
    await resume(approved);
    await resume(approved);
    expect(counts()).toEqual([3, 2]);
    const { result } = await resume(approved); // of the answer that stops the run
    expect([questionIn(result)?.text, counts()]).toEqual([text, [3, 2]]);
    const stopped = await resume("stop");
    expect([lastText(stopped.result), counts()]).toEqual([text, [3, 2]]);
  },
);

describe("neighbours that catch errors, or stop for a human themselves", () => {
  const own = langchain as unknown as Record<string, (options: object) => object>;
  const retry = { maxRetries: 2, initialDelayMs: 0, jitter: false };
  const spare = loopingModel();
  const neighbours = [
    { who: "modelRetryMiddleware", make: () => own["modelRetryMiddleware"]!(retry) },
    {
      who: "modelRetryMiddleware that retries everything",
      make: () => own["modelRetryMiddleware"]!({ ...retry, retryOn: () => true }),
    },
    {
      who: "modelRetryMiddleware that passes errors on",
      make: () => own["modelRetryMiddleware"]!({ ...retry, onFailure: "error" }),
    },
    { who: "modelFallbackMiddleware", make: () => langchain.modelFallbackMiddleware(spare) },
    { who: "toolRetryMiddleware", make: () => own["toolRetryMiddleware"]!(retry) },
    {
      who: "humanInTheLoopMiddleware",
      make: () => own["humanInTheLoopMiddleware"]!({ interruptOn: { other: true } }),
    },
    {
      who: "modelCallLimitMiddleware",
      make: () => own["modelCallLimitMiddleware"]!({ runLimit: 20 }),
    },
  ];
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
  });
  afterEach(() => void vi.useRealTimers());

  const orders = ["before", "behind"] as const;
  const all = neighbours.flatMap(({ who, make }) =>
    orders.flatMap((order) => [true, false].map((fresh) => ({ who, make, order, fresh }))),
  );

  test("the question says that no retry helps", async () => {
    const marks: unknown[] = [];
    const catching = createMiddleware({
      name: "Catching",
      wrapModelCall: async (request, next) => {
        try {
          return await next(request);
        } catch (error) {
          marks.push(Reflect.get(error as object, Symbol.for("langchain.errors.retryable")));
          throw error;
        }
      },
    });
    const { start } = looping({ before: [catching] });
    const { result } = await start();
    expect([questionIn(result)?.text, marks]).toEqual([text, [false]]);
  });

  test.for(all)("$who, $order guard, another process: $fresh", async ({ make, order, fresh }) => {
    const { start, resume, counts } = looping({ fresh, [order]: [make()] });
    const { result, error } = await start();
    expect(error).toBeUndefined();
    expect([questionIn(result)?.text, counts()]).toEqual([text, [3, 2]]);

    const granted = await resume(twoMore);
    expect([questionIn(granted.result)?.text, counts()]).toEqual([text, [5, 3]]);

    const stopped = await resume("stop");
    expect([lastText(stopped.result), counts()]).toEqual([text, [5, 3]]);
    expect(spare.callCount).toBe(0);
    expect(unhandled).toEqual([]);
  });
});

describe("guard says why it can't ask", () => {
  test("without a checkpointer: LangGraph's own error, and the trip is not lost", async () => {
    const used = useTool();
    const source = createRegistry(breakerOptions());
    const model = loopingModel();
    const agent = createAgent({
      model,
      tools: [used.tool],
      middleware: [guardMiddleware(source)] as AgentMiddleware[],
    });
    const { error } = await ending(() =>
      agent.invoke(question, { callbacks: [new GuardCallbackHandler(source)] }),
    );
    expect(error).toMatchObject({ message: expect.stringMatching(/checkpointer/i) as string });
    expect([model.callCount, used.ran.length]).toEqual([3, 2]);
  });

  test("without a handler: no model is asked", async () => {
    const checkpointer = new MemorySaver();
    const process = startProcess({
      checkpointer,
      script: () => [use()],
      options: breakerOptions(),
      handlers: 0,
    });
    const { error } = await ending(() => process.agent.invoke(question, process.thread("one")));
    expect(String(error)).toContain(
      'callbacks: expected a GuardCallbackHandler of the same source, because onTrip is "ask"; received none',
    );
    expect(process.counts()).toEqual([0, 0]);
  });
});
