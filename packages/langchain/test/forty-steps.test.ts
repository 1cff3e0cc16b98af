// A run of forty steps that only makes progress: compared whole with the same run without guard, whatever
// its caller reads of it.
import { createRegistry } from "@guard/core";
import { readAll } from "guard-test-support";
import { scriptedModel, use, useTool } from "guard-test-support/langchain";
import { createAgent } from "langchain";
import { beforeAll, describe, expect, test } from "vitest";
import { guardAgent, GuardCallbackHandler, guardMiddleware } from "../src/index.ts";
import { question } from "./support/runners.ts";

const steps = 40;

type Agent = ReturnType<typeof agentOf>["agent"];
type Config = NonNullable<Parameters<Agent["invoke"]>[1]>;

/** Which parts of guard are there. */
const guards = {
  none: { handler: false, middleware: false },
  handler: { handler: true, middleware: false },
  middleware: { handler: false, middleware: true },
  both: { handler: true, middleware: true },
  guardAgent: { handler: false, middleware: false },
};

/** What can be read of a run. */
const readings: readonly (readonly [string, (agent: Agent, config: Config) => Promise<unknown>])[] =
  [
    ["the result of invoke", (agent, config) => agent.invoke(question, config)],
    [
      "stream of all states",
      async (agent, config) =>
        readAll(await agent.stream(question, { ...config, streamMode: "values" })),
    ],
    [
      "stream of updates, messages and tasks",
      async (agent, config) => {
        const streamMode = ["updates", "messages", "debug"] as const;
        return readAll(await agent.stream(question, { ...config, streamMode: [...streamMode] }));
      },
    ],
    [
      "all events",
      (agent, config) => readAll(agent.streamEvents(question, { ...config, version: "v2" })),
    ],
  ];

describe.each(readings)("%s", (_, read) => {
  let without: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    without = await run("none", read);
  });

  test.for(["handler", "middleware", "both", "guardAgent"] as const)(
    "is the same with: %s",
    async (parts) => {
      expect(await run(parts, read)).toEqual(without);
      expect(without.ran).toHaveLength(steps);
    },
  );
});

async function run(parts: keyof typeof guards, read: (typeof readings)[number][1]) {
  const { agent, ran, callbacks } = agentOf(parts);
  const seen = await read(agent, { callbacks, recursionLimit: 100 });
  return { ran, seen: comparable(seen) };
}

function agentOf(parts: keyof typeof guards) {
  const { handler, middleware } = guards[parts];
  const registry = createRegistry({ budget: { modelCalls: 100, usd: 5 }, price: () => 0.001 });
  const model = scriptedModel((turn) => (turn <= steps ? [use(`file ${turn}`)] : "Done."));
  const { tool, ran } = useTool();
  const made = createAgent({
    model,
    tools: [tool],
    middleware: middleware ? [guardMiddleware(registry)] : [],
  });
  const agent = parts === "guardAgent" ? guardAgent(made, registry) : made;
  const callbacks = handler ? [new GuardCallbackHandler(registry)] : [];
  return { agent, ran, callbacks };
}

/** Everything that was read, as data, without ids and times: these are made up anew for each run. */
function comparable(seen: unknown): unknown {
  const text = JSON.stringify(seen, (key, value: unknown) => (key === "timestamp" ? "#" : value));
  const known = text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "#")
    .replaceAll(/\bmodel-\d+-/g, "model-");
  return JSON.parse(known);
}
