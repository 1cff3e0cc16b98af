import type { Mistakes } from "./mistake.ts";

export const openaiAgents: Mistakes = {
  of: "@guard/openai-agents",
  begin: `import { createRegistry } from "@guard/core";
import { guardAgent, guardModel, guardRunner } from "@guard/openai-agents";
import { Agent, Runner, run } from "@openai/agents";
const registry = createRegistry();
const agent = new Agent({ name: "assistant", model: "gpt-5-mini" });
`,
  mistakes: [
    {
      title: "an agent in place of a runner",
      code: `guardRunner(agent, registry);`,
      must: /guardRunner\((new )?Runner/,
    },
    {
      title: "the SDK's function in place of a runner",
      code: `guardRunner(run, registry);`,
      must: /guardRunner\((new )?Runner/,
    },
    {
      title: "registry and runner swapped",
      code: `guardRunner(registry, new Runner());`,
      must: /guardRunner\((new )?Runner.*, registry\)/,
    },
    { title: "no registry", code: `guardRunner(new Runner());`, must: /createRegistry\(/ },
    {
      title: "options in place of a registry",
      code: `guardRunner(new Runner(), { budget: { modelCalls: 40 } });`,
      must: /createRegistry\(/,
    },
    {
      title: "a registry given to `guardAgent`",
      code: `guardAgent(registry);`,
      must: /guardRunner\(|new Agent\(/,
    },
    {
      title: "a model's name in place of a model",
      code: `guardModel("gpt-5-mini");`,
      must: /guardModelProvider|new \w*Model\(|guardRunner/,
    },
  ],
};
