// A writer asks a researcher, and the researcher searches for the same thing for ever. guard tells the researcher, then stops
// both. The writer gets one last model call without tools: it answers with the results so far.
import { createRegistry } from "@guard/core";
import { guardRunner } from "@guard/openai-agents";
import { Agent, OpenAIProvider, Runner, tool } from "@openai/agents";
import { connect } from "example-model-server";
import OpenAI from "openai";
import { z } from "zod";

const searchDocs = tool({
  name: "search_docs",
  description: "Searches the documentation.",
  parameters: z.object({ query: z.string() }),
  execute: ({ query }) => {
    console.log(`  search_docs runs: "${query}"`);
    return "The billing service is internal. No ports are listed here.";
  },
});

// The scripted model gives up only when guard tells it to. Set OPENAI_API_KEY to ask a real model.
const connection = await connect(({ first }) => {
  if (first.includes("You can't call tools any more.")) {
    return "The billing service is internal; its port is not in the documentation.";
  }
  return first.includes("You research.")
    ? { name: "search_docs", args: { query: "billing service port" } }
    : { name: "research", args: { input: "Find the port of the billing service." } };
});
const { model, apiKey, maxRetries, configuration } = connection.options;
const openAIClient = new OpenAI({ apiKey, maxRetries, ...configuration });
const modelProvider = new OpenAIProvider({ openAIClient, useResponses: false });

// This line guards every run of the process, with all agents that the run comes to.
const registry = createRegistry({ onTrip: "wind-down", budget: { modelCalls: 40 } });
guardRunner(Runner, registry);
registry.on("trip", ({ report }) => {
  const { modelCalls, toolCalls, delegations } = report.used;
  console.log(
    `Stopped (${report.reason}) after ${modelCalls} model calls, ${toolCalls} tool runs, ${delegations} delegation.`,
  );
});

const researcher = new Agent({
  name: "researcher",
  instructions: "You research. Search until you know it.",
  model,
  tools: [searchDocs],
});
const writer = new Agent({
  name: "writer",
  instructions: "You answer. Ask the researcher for what you don't know.",
  model,
  tools: [researcher.asTool({ toolName: "research" })],
});

const runner = new Runner({ modelProvider, tracingDisabled: true });
try {
  const { finalOutput } = await runner.run(writer, "Which port does the billing service use?");
  console.log(`answer: ${finalOutput}`);
} finally {
  await connection.close();
}
