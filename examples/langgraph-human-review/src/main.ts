// An agent searches in vain. When guard stops the run, the graph asks a human and waits. The example runs in two
// threads. In the first, the human says stop. In the second, the human says how much the run may still do.
import { createRegistry } from "@guard/core";
import { guardGraph, type TripDecision, type TripQuestion } from "@guard/langgraph";
import { tool } from "@langchain/core/tools";
import {
  Command,
  INTERRUPT,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { ChatOpenAI } from "@langchain/openai";
import { connect } from "example-model-server";
import { z } from "zod";

let found = "No results.";
const searchDocs = tool(
  ({ query }) => {
    console.log(`  search_docs runs: "${query}"`);
    return found;
  },
  {
    name: "search_docs",
    description: "Searches the documentation.",
    schema: z.object({ query: z.string() }),
  },
);

// The scripted model searches until it finds. With OPENAI_API_KEY set, a real one is asked instead.
const connection = await connect(({ results }) =>
  results.at(-1)?.startsWith("port: ")
    ? "It uses port 8080."
    : { name: "search_docs", args: { query: "billing service port" } },
);
const model = new ChatOpenAI(connection.options).bindTools([searchDocs]);

const registry = createRegistry({ onTrip: "ask" });
const builder = new StateGraph(MessagesAnnotation)
  .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
  .addNode("tools", new ToolNode([searchDocs]))
  .addEdge(START, "agent")
  .addConditionalEdges("agent", toolsCondition)
  .addEdge("tools", "agent");

const compiled = builder.compile({ checkpointer: new MemorySaver() });
const graph = guardGraph(compiled, registry, { approved: "agent" });

/** Runs a thread to its end; each time that guard asks, the human is told how often it has asked. */
async function review(thread_id: string, decide: (asked: number) => TripDecision): Promise<void> {
  const thread = { configurable: { thread_id } };
  console.log(`\nThread "${thread_id}"`);
  let state = await graph.invoke({ messages: "Which port does the billing service use?" }, thread);
  for (let asked = 1; isInterrupted<TripQuestion>(state); asked += 1) {
    console.log(`guard asks: ${state[INTERRUPT][0]?.value?.text}`);
    const decision = decide(asked);
    console.log(`the human decides: ${JSON.stringify(decision)}`);
    state = await graph.invoke(new Command({ resume: decision }), thread);
  }
  console.log(`answer: ${state.messages.at(-1)?.text}`);
}

try {
  await review("stop", () => "stop");
  await review("approve", (asked) => {
    if (asked > 1) return "stop";
    found = "port: 8080";
    const who = { by: "ana", why: "the page has just been published" };
    return [
      { grant: "model", times: 2, ...who },
      { grant: "tool", times: 1, ...who },
    ];
  });
} finally {
  await connection.close();
}
