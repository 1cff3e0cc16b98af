// A classic AgentExecutor whose agent searches for the same thing for ever. guard's handler is given to
// `invoke`, not to the constructor: from there it reaches the model and the tools as well.
import { createRegistry, findCircuitOpen } from "@guard/core";
import { GuardCallbackHandler } from "@guard/langchain";
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

// The scripted model never gives up. With OPENAI_API_KEY set, a real one is asked instead.
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
const executor = new AgentExecutor({ agent, tools, maxIterations: 25 });

const guard = new GuardCallbackHandler(createRegistry({ budget: { modelCalls: 40 } }));

try {
  const { output } = await executor.invoke(
    { input: "Which port does the billing service use?" },
    { callbacks: [guard] },
  );
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
