// An agent searches for the same thing again and again. When guard stops the run, the graph goes to an error node. The
// node closes the open tool calls and answers.
import { createRegistry } from "@guard/core";
import { guardChannel, guardGraph, routeOnTrip, tripNode } from "@guard/langgraph";
import { tool } from "@langchain/core/tools";
import { Annotation, END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
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
const model = new ChatOpenAI(connection.options).bindTools([searchDocs]);

const registry = createRegistry({ budget: { modelCalls: 40 } });
const State = Annotation.Root({ ...MessagesAnnotation.spec, guard: guardChannel });

const builder = new StateGraph(State)
  .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
  .addNode("tools", new ToolNode([searchDocs]))
  .addNode("stopped", tripNode(registry))
  .addEdge(START, "agent")
  .addConditionalEdges(
    "agent",
    ...routeOnTrip(registry, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
  )
  .addEdge("tools", "agent")
  .addEdge("stopped", END);

const graph = guardGraph(builder.compile(), registry);

try {
  const { messages, guard } = await graph.invoke({
    messages: "Which port does the billing service use?",
  });
  for (const message of messages)
    console.log(`${message.type}: ${message.text || "(asks for a tool)"}`);
  const used = guard?.trip?.used;
  if (used)
    console.log(`Stopped after ${used.modelCalls} model calls and ${used.toolCalls} tool runs.`);
} finally {
  await connection.close();
}
