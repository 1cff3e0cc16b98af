// The agent of a classic AgentExecutor searches for the same thing again and again. guard stops the run.
import { createRegistry, findCircuitOpen } from "@guard/core";
import { guardAgent } from "@guard/langchain";
import { AgentExecutor, createToolCallingAgent } from "@langchain/classic/agents";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { connect } from "example-model-server";
import { z } from "zod";

const searchDocs = tool(
  ({ query }) => {
    console.log(`  search_docs runs: "${query}"`);
    return "No results.";
  },
  {
    name: "search_docs",
    description: "Searches the documentation.",
    schema: z.object({ query: z.string() }),
  },
);

// The scripted model never gives up. With OPENAI_API_KEY set, a real model answers instead.
const connection = await connect(() => ({
  name: "search_docs",
  args: { query: "billing service port" },
}));

const tools = [searchDocs];
const prompt = ChatPromptTemplate.fromMessages([
  ["human", "{input}"],
  ["placeholder", "{agent_scratchpad}"],
]);
const llm = new ChatOpenAI(connection.options);
const agent = createToolCallingAgent({ llm, tools, prompt });
const registry = createRegistry({ budget: { modelCalls: 40 } });
const executor = guardAgent(new AgentExecutor({ agent, tools, maxIterations: 25 }), registry);

try {
  const { output } = await executor.invoke({ input: "Which port does the billing service use?" });
  console.log(`answer: ${output}`);
} catch (error) {
  const stop = findCircuitOpen(error);
  if (stop === undefined) throw error;
  const { modelCalls, toolCalls } = stop.report.used;
  console.log(stop.message);
  console.log(`Stopped after ${modelCalls} model calls and ${toolCalls} tool runs.`);
} finally {
  await connection.close();
}
