import { expect, test } from "vitest";
import { guardLinesIn } from "./guard-lines.ts";

test.for([
  {
    title: "an agent in one line",
    code: `import { createRegistry, findCircuitOpen } from "@guard/core";
import { guardAgent } from "@guard/langchain";
import { createAgent } from "langchain";

// guardAgent guards the agent
const registry = createRegistry({ budget: { modelCalls: 40 } });
const agent = guardAgent(createAgent({ model, tools }), registry);
try {
  await agent.invoke({ messages });
} catch (error) {
  console.log(findCircuitOpen(error)?.text ?? error);
}`,
    lines: { imports: 2, others: 2 },
  },
  {
    title: "an import on several lines is one, and a handler counts where it is given",
    code: `import {
  GuardCallbackHandler,
  type Handoff,
} from "@guard/langchain";

const guard = new GuardCallbackHandler(registry);
await agent.invoke(
  { messages }, // not guard
  { callbacks: [guard] },
);`,
    lines: { imports: 1, others: 2 },
  },
  {
    title: "the user's agent is not guard's own, whichever way it is made",
    code: `import { guardAI } from "@guard/ai-sdk";
const guard = guardAI(registry);
const one = guard.agent(agent);
const two = guardAI(registry).agent(agent);
await one.generate({ prompt });
await two.generate({ prompt });`,
    lines: { imports: 1, others: 3 },
  },
  {
    title: "a program without guard",
    code: `import { z } from "zod";`,
    lines: { imports: 0, others: 0 },
  },
])("$title", ({ code, lines }) => {
  expect(guardLinesIn(code)).toEqual(lines);
});
