// Each agent of a run has a lane of its own: what one repeats says nothing about another.
import { HumanMessage, type BaseMessage } from "@langchain/core/messages";
import type { FakeBuiltModel } from "@langchain/core/testing";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { asText, loopingModel, scriptedModel, use, named } from "guard-test-support/langchain";
import { guarded, type Guarded } from "./support/guarded.ts";
import { question, textExecutor, toolNodeGraph } from "./support/runners.ts";
import { useText, useTool } from "./support/tools.ts";

interface Agent {
  invoke(input: { messages: BaseMessage[] }): Promise<{ messages: BaseMessage[] }>;
}

/** A tool that gives its argument to an agent as a prompt and returns its answer. */
function agentTool(name: string, agent: () => Agent): StructuredToolInterface {
  return named(name, async (q) => {
    const { messages } = await agent().invoke({ messages: [new HumanMessage(q)] });
    return messages.at(-1)?.content;
  });
}

const ask = (who: string, what: string) => ({ name: `ask_${who}`, args: { q: what } });

/** A boss that hands out work by tools. */
const boss = (
  { handler }: Guarded,
  model: FakeBuiltModel,
  tools: StructuredToolInterface[],
  name: string | undefined = "boss",
) => ending(() => createAgent({ model, tools, name }).invoke(question, { callbacks: [handler] }));

/** Who is named by the findings of blocks and trips. */
const accused = ({ events }: Guarded) =>
  events.flatMap((event) => {
    if (event.type === "block") return [event.finding.agent];
    return event.type === "trip" ? [event.report.finding.agent] : [];
  });

/** A model that asks for the same three times. */
const reading = (prefix?: string) =>
  scriptedModel((turn) => (turn <= 3 ? [use()] : "Done."), prefix);

const ignorantHelper = () =>
  createAgent({ model: scriptedModel(() => "Nothing."), tools: [], name: "helper" });

/** Two agents one after the other, under one graph. */
function crew(first: FakeBuiltModel, second: FakeBuiltModel, tools: StructuredToolInterface[]) {
  const one = createAgent({ model: first, tools, name: "one" });
  const two = createAgent({ model: second, tools, name: "two" });
  return new StateGraph(MessagesAnnotation)
    .addNode("one", one.graph)
    .addNode("two", two.graph)
    .addEdge(START, "one")
    .addEdge("one", "two")
    .compile();
}

quietHandlerErrors();

describe("an agent that runs inside a tool of another", () => {
  test("its loop is found in its lane", async () => {
    const guard = guarded();
    const used = useTool();
    const helperModel = loopingModel();
    const helper = createAgent({ model: helperModel, tools: [used.tool], name: "helper" });
    const model = scriptedModel((turn) => (turn === 1 ? [ask("helper", "Find it.")] : "Done."));

    const { stop } = await boss(guard, model, [agentTool("ask_helper", () => helper)]);

    expect(stop?.finding.agent).toBe("helper");
    expect(accused(guard)).toEqual(["helper", "helper", "helper"]);
    expect([model.callCount, helperModel.callCount, used.ran.length]).toEqual([1, 6, 3]);
  });

  test("without a name it is told by nobody's: the tool's lane keeps the caller's name", async () => {
    const guard = guarded();
    const used = useTool();
    const helper = createAgent({ model: loopingModel(), tools: [used.tool] });
    const model = scriptedModel((turn) => (turn === 1 ? [ask("helper", "Find it.")] : "Done."));

    const { stop } = await boss(guard, model, [agentTool("ask_helper", () => helper)]);

    expect(stop?.finding.agent).toBe("boss");
    expect(used.ran).toHaveLength(3);
  });

  test("reads the same as its boss: neither is refused", async () => {
    const guard = guarded();
    const used = useTool();
    const helper = createAgent({
      model: reading(),
      tools: [used.tool],
      name: "helper",
    });
    const model = scriptedModel((turn) => {
      if (turn <= 3) return [use()];
      return turn === 4 ? [ask("helper", "Find it.")] : "Done.";
    });

    const { error } = await boss(guard, model, [used.tool, agentTool("ask_helper", () => helper)]);

    expect(error).toBeUndefined();
    expect(used.ran).toHaveLength(6);
  });

  test("parallel ones have a lane each, also if their names and their calls' ids are the same", async () => {
    const guard = guarded();
    const used = useTool();
    const helper = () =>
      createAgent({
        model: reading(),
        tools: [used.tool],
        name: "helper",
      });
    const model = scriptedModel((turn) =>
      turn === 1 ? ["one", "two", "three"].map((what) => ask("helper", what)) : "Done.",
    );

    const { error } = await boss(guard, model, [agentTool("ask_helper", helper)]);

    expect(error).toBeUndefined();
    expect(accused(guard)).toEqual([]);
    expect(used.ran).toHaveLength(9);
  });

  test("its prompts are no user turns: asking it the same again is a loop of the boss", async () => {
    const guard = guarded();
    const asked: string[] = [];
    const inner = agentTool("helper_itself", ignorantHelper);
    const counting = named("ask_helper", async (q) => {
      asked.push(q);
      return inner.invoke({ q });
    });

    const { stop } = await boss(
      guard,
      scriptedModel(() => [ask("helper", "Find it.")]),
      [counting],
    );

    expect(stop?.finding).toMatchObject({ agent: "boss", tool: "ask_helper" });
    expect(asked).toHaveLength(3);
  });
});

describe("agents that are nodes of a graph", () => {
  test("have lanes of their own", async () => {
    const guard = guarded();
    const used = useTool();

    const { error } = await ending(() =>
      crew(reading("one"), reading("two"), [used.tool]).invoke(question, {
        callbacks: [guard.handler],
      }),
    );

    expect(error).toBeUndefined();
    expect(used.ran).toHaveLength(6);
  });

  test("the finding names the one that loops", async () => {
    const guard = guarded();

    const { stop } = await ending(() =>
      crew(reading("one"), loopingModel("two"), [useTool().tool]).invoke(question, {
        callbacks: [guard.handler],
      }),
    );

    expect(stop?.finding.agent).toBe("two");
  });

  test("without names they are told by their nodes", async () => {
    const guard = guarded();
    const agent = createAgent({ model: loopingModel(), tools: [useTool().tool] });
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("researcher", agent.graph)
      .addEdge(START, "researcher")
      .compile();

    const { stop } = await ending(() => graph.invoke(question, { callbacks: [guard.handler] }));

    expect(stop?.finding.agent).toBe("researcher");
  });
});

test.for([
  ["createAgent with a name", "boss"],
  ["createAgent without", undefined],
] as const)("%s", async ([, name]) => {
  const guard = guarded();

  const { stop } = await ending(() =>
    createAgent({
      model: loopingModel(),
      tools: [useTool().tool],
      ...(name === undefined ? {} : { name }),
    }).invoke(question, { callbacks: [guard.handler] }),
  );

  expect(stop?.finding.agent).toBe(name ?? "agent");
});

describe("turns within one run", () => {
  const words = ["red", "green", "blue", "white"];

  test("a node that writes a user message starts no turn: one run is one turn", async () => {
    const guard = guarded();
    const used = useTool();
    const model = scriptedModel((turn) => (turn % 3 === 0 ? "It is 8080." : [use()]));
    const inner = toolNodeGraph({ model, tools: [used.tool] });
    const chat = new StateGraph(MessagesAnnotation)
      .addNode("chat", async ({ messages }) => {
        let said = messages;
        for (const word of words) {
          const turn = [...said, new HumanMessage(`And ${word}?`)];
          said = (await inner.invoke({ messages: turn })).messages;
        }
        return { messages: said };
      })
      .addEdge(START, "chat")
      .compile();

    const { stop } = await ending(() => chat.invoke(question, { callbacks: [guard.handler] }));

    expect(stop?.finding.rule).toBe("no-progress");
    expect(used.ran).toHaveLength(5);
  });

  test("the prompt of a text agent grows with each step and starts no turn", async () => {
    const guard = guarded();
    const used = useText();
    const executor = await textExecutor({
      model: scriptedModel(asText(() => [use()])),
      tools: [used.tool],
    });

    const { stop } = await ending(() =>
      executor.invoke({ input: "Find the port." }, { callbacks: [guard.handler] }),
    );

    expect(stop?.finding.tool).toBe("use");
    expect(used.ran).toHaveLength(5);
  });
});
