// Two runs of a `ToolLoopAgent`: one finds a port, the other would search for ever. Each run has its own breaker, which says
// what the run has cost. guard stops the second run, and the first run is not touched.
import { createOpenAI } from "@ai-sdk/openai";
import { guardAI } from "@guard/ai-sdk";
import { createRegistry, findCircuitOpen } from "@guard/core";
import { modelPrices } from "@guard/prices";
import { tool, ToolLoopAgent } from "ai";
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

// The scripted model searches until it finds something. Set OPENAI_API_KEY to ask a real model instead.
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
  const agent = guardAI(breaker).agent(
    new ToolLoopAgent({ model: openai(model), tools: { search_docs: searchDocs } }),
  );
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
