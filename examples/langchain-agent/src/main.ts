// An agent searches for the same thing again and again. guard tells the model so. Then guard stops the run and grants
// one last model call without tools: the run ends with what the model knows by then.
import { createRegistry } from "@guard/core";
import { guardAgent } from "@guard/langchain";
import { ChatOpenAI } from "@langchain/openai";
import { connect } from "example-model-server";
import { createAgent, tool } from "langchain";
import { z } from "zod";

const searchDocs = tool(
  ({ query }) => {
    console.log(`  search_docs runs: "${query}"`);
    return "The billing service is internal. No ports are listed here.";
  },
  {
    name: "search_docs",
    description: "Searches the documentation.",
    schema: z.object({ query: z.string() }),
  },
);

// The scripted model gives up only when guard tells it to. With OPENAI_API_KEY set, a real model answers instead.
const connection = await connect(({ first }) =>
  first.includes("You can't call tools any more.")
    ? "The billing service is internal; its port is not in the documentation."
    : { name: "search_docs", args: { query: "billing service port" } },
);

const registry = createRegistry({ onTrip: "wind-down", budget: { modelCalls: 40 } });
registry.on("trip", ({ report }) => {
  const { modelCalls, toolCalls } = report.used;
  console.log(
    `Stopped (${report.reason}) after ${modelCalls} model calls, ${toolCalls} tool runs.`,
  );
});

const model = new ChatOpenAI(connection.options);
const agent = guardAgent(createAgent({ model, tools: [searchDocs] }), registry);

try {
  const { messages } = await agent.invoke({ messages: "Which port does the billing service use?" });
  console.log(`answer: ${messages.at(-1)?.text}`);
} finally {
  await connection.close();
}
