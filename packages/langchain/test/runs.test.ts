// One handler serves everybody: runs don't mix, and what is shared is shared on purpose.
import { createBreaker } from "@guard/core";
import { MemorySaver } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ending, listen } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { loopingModel, scriptedModel, use } from "guard-test-support/langchain";
import { GuardCallbackHandler } from "../src/index.ts";
import { guarded } from "./support/guarded.ts";
import {
  createAgentInvoke,
  executorInvoke,
  question,
  toolNodeInvoke,
  type Runner,
} from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

const runners: readonly (readonly [string, Runner])[] = [
  ["createAgent", createAgentInvoke],
  ["AgentExecutor", executorInvoke],
  ["StateGraph + ToolNode", toolNodeInvoke],
];

const honestModel = () => scriptedModel((turn) => (turn <= 3 ? [use(`file ${turn}`)] : "Done."));

const runWith = (handler: GuardCallbackHandler, model = loopingModel()) =>
  ending(() => createAgentInvoke({ model, tools: [useTool().tool], callbacks: [handler] }));

/** A thread whose agent looks up the same twice in each turn. */
function thread() {
  const used = useTool();
  const model = scriptedModel((turn) => (turn % 3 === 0 ? "It is 8080." : [use()]));
  const agent = createAgent({ model, tools: [used.tool], checkpointer: new MemorySaver() });
  const handler = new GuardCallbackHandler(createBreaker());
  const say = (content: string) =>
    ending(() =>
      agent.invoke(
        { messages: [{ role: "user", content }] },
        { callbacks: [handler], configurable: { thread_id: "1" } },
      ),
    );
  return { say, used };
}

quietHandlerErrors();

describe.each(runners)("%s", (_name, run) => {
  test("two users at once through one handler: one is stopped, the other finishes", async () => {
    const { handler, events } = guarded();
    const looping = loopingModel();
    const honest = scriptedModel((turn) => (turn <= 9 ? [use(`file ${turn}`)] : "Done."));
    const { tool } = useTool();

    const [stopped, finished] = await Promise.all([
      ending(() => run({ model: looping, tools: [tool], callbacks: [handler] })),
      ending(() => run({ model: honest, tools: [tool], callbacks: [handler] })),
    ]);

    expect(stopped.stop?.reason).toBe("loop");
    expect(finished.error).toBeUndefined();
    expect([looping.callCount, honest.callCount]).toEqual([6, 10]);
    expect(events.filter(({ type }) => type === "trip")).toHaveLength(1);
  });

  test("the same honest job twice with the same prompt through one handler", async () => {
    const { handler, events } = guarded({ preset: "strict" });
    const { tool } = useTool();

    for (const model of [honestModel(), honestModel(), honestModel()]) {
      const { error } = await ending(() => run({ model, tools: [tool], callbacks: [handler] }));
      expect(error).toBeUndefined();
    }

    expect(events.map(({ type }) => type)).toEqual(["run-ended", "run-ended", "run-ended"]);
  });

  test("after a trip the next run starts anew", async () => {
    const { handler } = guarded();
    const { tool } = useTool();
    await ending(() => run({ model: loopingModel(), tools: [tool], callbacks: [handler] }));

    const next = await ending(() =>
      run({ model: honestModel(), tools: [tool], callbacks: [handler] }),
    );

    expect(next.error).toBeUndefined();
  });

  test("the handler in two places of one run counts once", async () => {
    const used = useTool();
    const model = loopingModel();
    const { handler } = guarded();
    Object.assign(used.tool, { callbacks: [handler] });

    const { stop } = await ending(() =>
      run({ model, tools: [used.tool], callbacks: [handler, handler] }),
    );

    // every body that has run is counted, also where a refusal could not keep it from running
    const toolCalls = used.ran.length;
    expect(stop?.report.used).toEqual({
      modelCalls: 6,
      toolCalls,
      delegations: 0,
      tokens: 720,
      usd: 0,
    });
    expect(model.callCount).toBe(6);
  });
});

test("withConfig and invoke with the same handler count once", async () => {
  const model = loopingModel();
  const { handler } = guarded();
  const agent = createAgent({ model, tools: [useTool().tool] }).withConfig({
    callbacks: [handler],
  });

  const { stop } = await ending(() => agent.invoke(question, { callbacks: [handler] }));

  expect(stop?.report.used).toMatchObject({ modelCalls: 6, tokens: 720 });
});

test.for([undefined, "true", "false"])(
  "LANGCHAIN_CALLBACKS_BACKGROUND=%s changes nothing",
  async (value) => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv("LANGCHAIN_CALLBACKS_BACKGROUND", value);
    const { handler } = guarded();
    const model = loopingModel();
    const used = useTool();

    const { stop } = await ending(() =>
      createAgentInvoke({ model, tools: [used.tool], callbacks: [handler] }),
    );

    expect(stop?.reason).toBe("loop");
    expect([model.callCount, used.ran.length]).toEqual([6, 3]);
    expect(unhandled).toEqual([]);
  },
);

describe("a breaker that agents share", () => {
  test("the second agent is refused before its first model call after the first one's trip", async () => {
    const breaker = createBreaker({ shared: true });
    await runWith(new GuardCallbackHandler(breaker));
    const second = honestModel();

    const { stop } = await runWith(new GuardCallbackHandler(breaker), second);

    expect(stop?.reason).toBe("loop");
    expect(second.callCount).toBe(0);
  });

  test("the other agent, in the middle of its work, is stopped as well", async () => {
    const breaker = createBreaker({ shared: true });
    const handler = new GuardCallbackHandler(breaker);
    const tripped = new Promise<void>((resolve) => {
      breaker.on("trip", () => resolve());
    });
    const other = scriptedModel((turn) => (turn <= 30 ? [use(`file ${turn}`)] : "Done."));
    const waiting = useTool();
    const slow = useTool();
    slow.tool.invoke = async (input, config) => {
      await tripped;
      return waiting.tool.invoke(input, config);
    };

    const [first, second] = await Promise.all([
      runWith(handler),
      ending(() => toolNodeInvoke({ model: other, tools: [slow.tool], callbacks: [handler] })),
    ]);

    expect([first.stop?.reason, second.stop?.reason]).toEqual(["loop", "loop"]);
    expect(other.callCount).toBe(1);
  });

  test("its budget is one for all", async () => {
    const breaker = createBreaker({ shared: true, budget: { modelCalls: 5 } });
    const handler = new GuardCallbackHandler(breaker);
    const [first, second] = [honestModel(), honestModel()];

    const one = await runWith(handler, first);
    const two = await runWith(handler, second);

    expect([one.error, two.stop?.code]).toEqual([undefined, "GUARD_BUDGET_EXCEEDED"]);
    expect([first.callCount, second.callCount]).toEqual([4, 1]);
  });

  test("two runs at once on a breaker that is not declared shared are told", async () => {
    const breaker = createBreaker();
    const events = listen(breaker);
    const handler = new GuardCallbackHandler(breaker);

    await Promise.all([runWith(handler, honestModel()), runWith(handler, honestModel())]);

    expect(events.map(({ type }) => type)).toContain("shared-run");
  });

  test.for([
    ["one after the other", {}, false],
    ["at once, declared shared", { shared: true }, true],
  ] as const)("%s is as it should be", async ([, options, atOnce]) => {
    const breaker = createBreaker(options);
    const events = listen(breaker);
    const handler = new GuardCallbackHandler(breaker);

    const first = runWith(handler, honestModel());
    if (!atOnce) await first;
    await Promise.all([first, runWith(handler, honestModel())]);

    expect(events.map(({ type }) => type)).not.toContain("shared-run");
  });
});

test("a model on its own whose call is refused has ended: LangChain doesn't say so", async () => {
  const breaker = createBreaker({ budget: { modelCalls: 1 } });
  const events = listen(breaker);
  const callbacks = [new GuardCallbackHandler(breaker)];
  const model = scriptedModel(() => "It is 8080.");

  const stops = [];
  for (const _ of [1, 2, 3]) {
    const { stop } = await ending(() => model.invoke("Find the port.", { callbacks }));
    stops.push(stop?.reason);
  }

  expect([stops, model.callCount]).toEqual([[undefined, "budget", "budget"], 1]);
  expect(events.map(({ type }) => type)).not.toContain("shared-run");
});

describe("turns of a thread under one breaker", () => {
  test("another user message starts a turn: guard refuses nothing", async () => {
    const { say, used } = thread();

    for (const text of ["Which port?", "And now?", "And after the restart?", "Sure?"]) {
      expect((await say(text)).error).toBeUndefined();
    }

    expect(used.ran).toHaveLength(8);
  });

  test("the same user message again starts a turn, too", async () => {
    const { say, used } = thread();

    for (let turn = 1; turn <= 3; turn += 1) await say("Which port?");

    expect(used.ran).toHaveLength(6);
  });
});

test("guard stops a model that gives the same answer to the same question again and again", async () => {
  const model = scriptedModel(() => "It is 8080.");
  const callbacks = [new GuardCallbackHandler(createBreaker())];

  const { stop } = await ending(async () => {
    for (;;) await model.invoke("Find the port.", { callbacks });
  });

  expect([model.callCount, stop?.finding.rule]).toEqual([15, "again"]);
});
