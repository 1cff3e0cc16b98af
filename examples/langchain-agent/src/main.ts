// An agent of `createAgent` that searches for the same thing for ever. guard's middleware tells it so, and
// when the run is stopped, grants one last model call without tools: the run ends with what is known.
import { createRegistry } from "@guard/core";
import { GuardCallbackHandler } from "@guard/langchain";
import { guardMiddleware } from "@guard/langchain/middleware";
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

// The scripted model gives up only when it is told to. With OPENAI_API_KEY set, a real one is asked instead.
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

const agent = createAgent({
  model: new ChatOpenAI(connection.options),
  tools: [searchDocs],
  middleware: [guardMiddleware(registry)],
});

try {
  const { messages } = await agent.invoke(
    { messages: "Which port does the billing service use?" },
    { callbacks: [new GuardCallbackHandler(registry)] },
  );
  console.log(`answer: ${messages.at(-1)?.text}`);
} finally {
  await connection.close();
}
