// Crews of the supervisor and swarm packages: whose names tools write differently, who hand over in
// parallel, who go round in circles, and who get on.
import { createRegistry, type RecordedEvent } from "@guard/core";
import type { BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { createSupervisor } from "@langchain/langgraph-supervisor";
import { createHandoffTool, createSwarm } from "@langchain/langgraph-swarm";
import { ending, listen } from "guard-test-support";
import { scriptedModel, type Answer } from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { describe, expect, test } from "vitest";
import { GuardGraphHandler } from "../src/index.ts";
import { question } from "./support/graphs.ts";

quietHandlerErrors();

type Script = (turn: number) => Answer;

const handTo = (...tools: readonly string[]) =>
  tools.map((name) => ({ name: `transfer_to_${name}`, args: {} }));

/** A supervisor over agents that answer by their scripts. */
function supervisor(lead: Script, agents: Readonly<Record<string, Script>>) {
  const models = [scriptedModel(lead, "lead")];
  const crew = Object.entries(agents).map(([name, script]) => {
    const llm = scriptedModel(script, name);
    models.push(llm);
    return createReactAgent({ llm, name, tools: [] });
  });
  const graph = createSupervisor({ agents: crew, llm: models[0]! }).compile();
  const asked = () => models.map(({ callCount }) => callCount);
  return { asked, invoke: (config: RunnableConfig) => graph.invoke(question, config) };
}

/** A swarm whose agents can hand over to each other; the first begins. */
function swarm(agents: Readonly<Record<string, Script>>) {
  const names = Object.keys(agents);
  const models = Object.entries(agents).map(([name, script]) => scriptedModel(script, name));
  const crew = names.map((name, index) =>
    createReactAgent({
      llm: models[index]!,
      name,
      tools: names
        .filter((other) => other !== name)
        .map((agentName) => createHandoffTool({ agentName })),
    }),
  );
  const graph = createSwarm({ agents: crew, defaultActiveAgent: names[0]! }).compile();
  const asked = () => models.map(({ callCount }) => callCount);
  return { asked, invoke: (config: RunnableConfig) => graph.invoke(question, config) };
}

/** A registry, and the hand-offs that it is told. */
function guarded(agents?: readonly string[]) {
  const handoffs: unknown[] = [];
  const record = (_: string, event: RecordedEvent) => {
    if (event.type === "handoff") handoffs.push([event.from, event.to, event.task]);
  };
  const registry = createRegistry({ record });
  const callbacks = [new GuardGraphHandler(registry, { agents })];
  return { handoffs, events: listen(registry), config: { callbacks, recursionLimit: 200 } };
}

const spaced = ["Data Analyst", "Researcher"];

/** What was said, by whom: the ids are the models' own. */
const said = (messages: readonly BaseMessage[]) =>
  messages.map((message) => [message.getType(), message.name, message.text]);

const analystTwice: Script = (turn) =>
  [[], handTo("data_analyst"), handTo("researcher"), handTo("data_analyst")][turn] ?? "8080";

describe("names that tools write in lower case, with _ for a space", () => {
  const cases = [
    {
      known: "from the first hand-off on, if they are given",
      agents: spaced,
      to: ["Data Analyst", "Researcher", "Data Analyst"],
    },
    {
      known: "from an agent's first turn on, if they are not",
      agents: undefined,
      to: ["data_analyst", "researcher", "Data Analyst"],
    },
  ];
  test.for(cases)("supervisor: guard knows the names $known", async ({ agents, to }) => {
    const crew = supervisor(analystTwice, {
      "Data Analyst": (turn) => `alpha ${turn} is closed`,
      Researcher: () => "beta is open",
    });
    const { config, handoffs } = guarded(agents);
    await crew.invoke(config);
    expect(handoffs).toEqual([
      ["supervisor", to[0], "Find the port."],
      ["supervisor", to[1], "alpha 1 is closed"],
      ["supervisor", to[2], "beta is open"],
    ]);
    expect(crew.asked()).toEqual([4, 2, 1]);
  });

  test("swarm: the agent that hands over has its own name, too", async () => {
    const crew = swarm({
      "Data Analyst": () => handTo("researcher"),
      Researcher: (turn) => (turn === 1 ? handTo("data_analyst") : "It is 8080."),
    });
    const { config, handoffs } = guarded(spaced);
    await crew.invoke(config);
    expect(handoffs).toEqual([
      ["Data Analyst", "Researcher", "Find the port."],
      ["Researcher", "Data Analyst", "Find the port."],
      ["Data Analyst", "Researcher", "Find the port."],
    ]);
  });
});

/** Asks two agents in one answer. */
const askingBoth = () =>
  supervisor((turn) => (turn === 1 ? handTo("one", "two") : "It is 8080."), {
    one: () => "alpha is closed",
    two: () => "beta is open",
  });

test("each hand-off of one answer counts once, and no return counts", async () => {
  const { config, handoffs, events } = guarded();
  const { messages } = await askingBoth().invoke(config);
  expect(handoffs).toEqual([
    ["supervisor", "one", "Find the port."],
    ["supervisor", "two", "Find the port."],
  ]);
  expect(events.map(({ type }) => type)).toEqual(["run-ended"]);
  expect(said(messages)).toEqual(said((await askingBoth().invoke({})).messages));
});

/** What agents who get on find out, one after another. */
const news = [
  "alpha is closed",
  "beta answers slowly",
  "gamma was renamed to delta",
  "delta runs a proxy",
  "the proxy forwards to epsilon",
  "epsilon listens on 8080",
];

/** Says what it has found out, and hands over, until everything is known. */
const finding =
  (first: number, to: string): Script =>
  (turn) => {
    const found = news[first + 2 * (turn - 1)];
    return found === undefined ? "It is 8080." : { text: found, calls: handTo(to) };
  };

describe("guard stops crews that go in circles", () => {
  test("a supervisor that gives the same task again after each new result", async () => {
    const crew = supervisor(
      () => ({ text: "Find the port of alpha.", calls: handTo("researcher") }),
      { researcher: (turn) => news[turn - 1] ?? "nothing" },
    );
    const { config, handoffs, events } = guarded();
    const { stop } = await ending(() => crew.invoke(config));
    expect(stop?.finding).toMatchObject({ reason: "delegation", tool: "researcher", count: 5 });
    expect(crew.asked()).toEqual([12, 11]);
    expect(handoffs).toHaveLength(11);
    expect(events.filter(({ type }) => type === "trip")).toHaveLength(1);
  });

  test("three agents of a swarm that pass on the same task", async () => {
    const crew = swarm({
      One: () => handTo("two"),
      Two: () => handTo("three"),
      Three: () => handTo("one"),
    });
    const { config, events } = guarded(["One", "Two", "Three"]);
    const { stop } = await ending(() => crew.invoke(config));
    expect(stop?.finding).toMatchObject({ reason: "delegation", agent: "Two", tool: "Three" });
    expect(crew.asked()).toEqual([4, 4, 3]);
    expect(events.filter(({ type }) => type === "trip")).toHaveLength(1);
  });
});

describe("guard leaves alone crews that make progress: they say the same as without guard", () => {
  const crews = [
    {
      crew: "a swarm that hands over six times",
      handoffs: 6,
      make: () => swarm({ Alice: finding(0, "bob"), Bob: finding(1, "alice") }),
    },
    {
      crew: "a supervisor that asks again six times",
      handoffs: 6,
      make: () =>
        supervisor((turn) => (turn <= 6 ? handTo("researcher") : "It is 8080."), {
          researcher: (turn) => news[turn - 1]!,
        }),
    },
  ];
  test.for(crews)("$crew", async ({ make, handoffs: expected }) => {
    const { config, handoffs, events } = guarded(["Alice", "Bob"]);
    const { messages } = await make().invoke(config);
    expect(handoffs).toHaveLength(expected);
    expect(messages.at(-1)?.text).toBe("It is 8080.");
    expect(events.map(({ type }) => type)).toEqual(["run-ended"]);
    const plain = await make().invoke({ recursionLimit: 200 });
    expect(said(messages)).toEqual(said(plain.messages));
  });
});
