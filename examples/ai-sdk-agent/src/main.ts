// Two runs of a `ToolLoopAgent`: one finds a port, the other would search for one for ever. Each has a breaker of
// its own, so the stop of one is not the other's, and what each has cost is read from its breaker.
import { createOpenAI } from "@ai-sdk/openai";
import { guardAI } from "@guard/ai-sdk";
import { createRegistry, findCircuitOpen } from "@guard/core";
import { modelPrices } from "@guard/prices";
import { isStepCount, tool, ToolLoopAgent } from "ai";
import { connect } from "example-model-server";
import { z } from "zod";

const searchDocs = tool({
  description: "Searches the documentation.",
  inputSchema: z.object({ query: z.string() }),
  execute: ({ query }) => {
    console.log(`  search_docs runs: "${query}"`);
    return query.includes("web server") ? "The web server listens on port 8080." : "No results.";
  },
});

// The scripted model gives up only when it has found something. With OPENAI_API_KEY set, a real one is asked instead.
const connection = await connect(({ question, results }) => {
  if (results.at(-1)?.includes("8080")) return "It is 8080.";
  const query = question.includes("web server") ? "web server port" : "billing service port";
  return { name: "search_docs", args: { query } };
});
const { apiKey, model, configuration } = connection.options;
const openai = createOpenAI({ apiKey, ...configuration });

const registry = createRegistry({ ...modelPrices(), budget: { usd: 1, modelCalls: 40 } });

async function ask(prompt: string): Promise<void> {
  console.log(prompt);
  const breaker = registry.breaker();
  const guard = guardAI(breaker);
  const agent = new ToolLoopAgent({
    model: guard.model(openai(model)),
    tools: guard.tools({ search_docs: searchDocs }),
    stopWhen: [isStepCount(20), guard.stopWhen],
  });
  try {
    const { text } = await agent.generate({ prompt });
    console.log(`answer: ${text}`);
  } catch (error) {
    const stop = findCircuitOpen(error);
    if (stop === undefined) throw error;
    console.log(stop.text);
  }
  const { modelCalls, toolCalls, usd } = breaker.spending;
  console.log(`${modelCalls} model calls, ${toolCalls} tool runs, ${usd} USD\n`);
}

try {
  await ask("Which port does the web server use?");
  await ask("Which port does the billing service use?");
} finally {
  await connection.close();
}
