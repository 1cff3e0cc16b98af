import type { Mistakes } from "./mistake.ts";

export const aiSdk: Mistakes = {
  of: "@guard/ai-sdk",
  begin: `import { openai } from "@ai-sdk/openai";
import { createBreaker, createRegistry } from "@guard/core";
import { guardAI } from "@guard/ai-sdk";
import { generateText, isStepCount, tool, ToolLoopAgent } from "ai";
import { z } from "zod";
const search = tool({ inputSchema: z.object({ q: z.string() }), execute: () => "no results" });
const registry = createRegistry();
`,
  mistakes: [
    { title: "no registry", code: `guardAI();`, must: /createRegistry\(/ },
    {
      title: "options in place of a registry",
      code: `guardAI({ budget: { modelCalls: 40 } });`,
      must: /createRegistry\(/,
    },
    {
      title: "a model's name in place of a model",
      code: `guardAI(registry).model("gpt-5-mini");`,
      must: /openai\(|provider|AI_SDK_DEFAULT_PROVIDER/,
    },
    {
      title: "tools in a list",
      code: `guardAI(registry).tools([search]);`,
      must: /\{ .*search|by (their )?names?|object/i,
    },
    {
      title: "a promise in place of a function",
      code: `await guardAI(registry).run(generateText({ model: openai("gpt-5-mini"), prompt: "Hello" }));`,
      must: /\(\) =>/,
    },
    {
      title: "an agent's settings in place of an agent",
      code: `guardAI(registry).agent({ model: openai("gpt-5-mini"), tools: { search } });`,
      must: /new ToolLoopAgent\(/,
    },
    {
      title: "a function that makes a breaker per call",
      code: `const guard = guardAI(() => createBreaker());
await generateText({
  model: guard.model(openai("gpt-5-mini")),
  tools: guard.tools({ search }),
  stopWhen: isStepCount(3),
  prompt: "Find the port.",
});`,
      must: /registry/,
    },
    {
      title: "a breaker shared by two runs at once",
      code: `const guard = guardAI(createBreaker());
const agent = guard.agent(new ToolLoopAgent({ model: openai("gpt-5-mini"), tools: { search } }));
await Promise.allSettled(["one", "two"].map((prompt) => agent.generate({ prompt })));`,
      must: /createRegistry\(.*shared: true/,
    },
    {
      title: "two registries for one agent",
      code: `const model = guardAI(createRegistry()).model(openai("gpt-5-mini"));
const agent = guardAI(registry).agent(new ToolLoopAgent({ model, tools: { search } }));
await agent.generate({ prompt: "Find the port." });`,
      must: /the same registry|one (registry|guard)/,
    },
  ],
};
