// A workflow improves a text until it ends with a full stop. That never happens: the agent returns the same text each time.
// guard suspends the workflow and asks a human. The human first says yes, then no.
import { createOpenAI } from "@ai-sdk/openai";
import { createRegistry } from "@guard/core";
import { guardAgent, guardWorkflow } from "@guard/mastra";
import { Mastra } from "@mastra/core";
import { Agent } from "@mastra/core/agent";
import type { MastraModelConfig } from "@mastra/core/llm";
import { InMemoryStore } from "@mastra/core/storage";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { connect } from "example-model-server";
import { z } from "zod";

// A scripted model plays the provider. Set OPENAI_API_KEY to ask a real model.
const connection = await connect(() => "Guard stops loops");
const { configuration, apiKey, model: name } = connection.options;
const { baseURL = "https://api.openai.com/v1", fetch } = configuration;
// Mastra has an older copy of this type.
const model = createOpenAI({ apiKey, baseURL, fetch }).chat(name) as MastraModelConfig;

// onTrip "ask": a stopped step suspends, and waits for a human.
const registry = createRegistry({ preset: "strict", onTrip: "ask", budget: { modelCalls: 40 } });
const writer = guardAgent(
  new Agent({
    id: "writer",
    name: "Writer",
    instructions: "Improve texts.",
    model,
  }),
  registry,
);

const text = z.object({ text: z.string() });
const improve = createStep({
  id: "improve",
  inputSchema: text,
  outputSchema: text,
  execute: async ({ inputData }) => ({ text: (await writer.generate(inputData.text)).text }),
});
const editing = guardWorkflow(
  createWorkflow({ id: "editing", inputSchema: text, outputSchema: text })
    .dountil(improve, async ({ inputData }) => inputData.text.endsWith("."))
    .commit(),
  registry,
);

const storage = new InMemoryStore();
const mastra = new Mastra({ workflows: { editing }, agents: { writer }, storage, logger: false });

try {
  const run = await mastra.getWorkflow("editing").createRun();
  let result = await run.start({ inputData: { text: "Guard stops loops" } });
  for (const approved of [true, false]) {
    if (result.status !== "suspended") break;
    const { suspendPayload } = result.steps["improve"] as { suspendPayload?: { text: string } };
    console.log(
      `guard asks: ${suspendPayload?.text} Go on? The human says ${approved ? "yes" : "no"}.`,
    );
    result = await run.resume({ step: "improve", resumeData: { approved } });
  }
  console.log(`The workflow ends with the status ${result.status}.`);
} finally {
  await connection.close();
}
