import type { Mistakes } from "./mistake.ts";

export const mastra: Mistakes = {
  of: "@guard/mastra",
  begin: `import { createRegistry } from "@guard/core";
import { guardAgent, guardWorkflow } from "@guard/mastra";
import { Agent } from "@mastra/core/agent";
const registry = createRegistry();
const config = { id: "finder", name: "Finder", instructions: "Find ports.", model: "openai/gpt-5-mini" };
const agent = new Agent(config);
`,
  mistakes: [
    { title: "no registry", code: `guardAgent(agent);`, must: /createRegistry\(/ },
    {
      title: "options in place of a registry",
      code: `guardAgent(agent, { budget: { modelCalls: 40 } });`,
      must: /createRegistry\(/,
    },
    {
      title: "registry and agent swapped",
      code: `guardAgent(registry, agent);`,
      must: /guardAgent\(.*agent.*, registry\)/,
    },
    {
      title: "an agent's settings in place of an agent",
      code: `guardAgent(config, registry);`,
      must: /new Agent\(/,
    },
    {
      title: "an agent in place of a workflow",
      code: `guardWorkflow(agent, registry);`,
      must: /guardAgent\(/,
    },
  ],
};
