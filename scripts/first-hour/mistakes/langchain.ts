import type { Mistakes } from "./mistake.ts";

export const langchain: Mistakes = {
  of: "@guard/langchain",
  begin: `import { createBreaker, createRegistry } from "@guard/core";
import * as guards from "@guard/langchain";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent, tool } from "langchain";
import { z } from "zod";
const { guardAgent, GuardCallbackHandler, guardMiddleware } = guards;
const search = tool(() => "no results", {
  name: "search", description: "Searches.", schema: z.object({ q: z.string() }),
});
const registry = createRegistry();
const tools = [search];
const question = { messages: [{ role: "user", content: "Find the port." }] };
`,
  mistakes: [
    { title: "no registry", code: `new GuardCallbackHandler();`, must: /createRegistry\(/ },
    {
      title: "options in place of a registry",
      code: `new GuardCallbackHandler({ budget: { modelCalls: 40 } });`,
      must: /createRegistry\(/,
    },
    {
      title: "options in place of a registry, for the middleware",
      code: `guardMiddleware({ budget: { modelCalls: 40 } });`,
      must: /createRegistry\(/,
    },
    {
      title: "an exit that does not exist",
      code: `guardMiddleware(registry, { exitBehavior: "stop" });`,
      must: /"?end"?/,
    },
    {
      title: "`onTrip: 'finish'` with the handler alone",
      code: `const guard = new GuardCallbackHandler(createRegistry({ onTrip: "finish" }));
await createAgent({ model: "openai:gpt-5-mini", tools }).invoke(question, { callbacks: [guard] });`,
      must: /guardAgent|createGuardedAgent|guardMiddleware/,
    },
    {
      title: "the handler given to the constructor of the model",
      code: `const model = new ChatOpenAI({ model: "gpt-5-mini", callbacks: [new GuardCallbackHandler(registry)] });
await createAgent({ model, tools }).invoke(question);`,
      must: /callbacks: \[|guardAgent|createGuardedAgent/,
    },
    {
      title: "handler and middleware over two registries",
      code: `const middleware = [guardMiddleware(createRegistry())];
const agent = createAgent({ model: "openai:gpt-5-mini", tools, middleware });
await agent.invoke(question, { callbacks: [new GuardCallbackHandler(registry)] });`,
      must: /the same registry|one registry/,
    },
    {
      title: "registry and agent swapped",
      code: `guardAgent(registry, createAgent({ model: "openai:gpt-5-mini", tools }));`,
      must: /guardAgent\(.*, registry\)/,
    },
    {
      title: "a model in place of an agent",
      code: `guardAgent(new ChatOpenAI({ model: "gpt-5-mini" }), registry);`,
      must: /createAgent\(|agent/,
    },
    {
      title: "a breaker shared by two runs at once",
      code: `const agent = createAgent({ model: "openai:gpt-5-mini", tools });
const callbacks = [new GuardCallbackHandler(createBreaker())];
await Promise.allSettled([agent.invoke(question, { callbacks }), agent.invoke(question, { callbacks })]);`,
      must: /createRegistry\(.*shared: true/,
    },
  ],
};
