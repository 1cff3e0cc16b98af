// Two agents that hand the same work to each other for ever. Each answer reads like progress, and no single agent
// repeats itself: guard sees the circle, and stops both.
import { createOpenAI } from "@ai-sdk/openai";
import { createRegistry } from "@guard/core";
import { guardAgent, throwIfTripped } from "@guard/mastra";
import { Agent } from "@mastra/core/agent";
import type { MastraModelConfig } from "@mastra/core/llm";
import { connect } from "example-model-server";

// The scripted model is both agents: the first message tells it which one. With OPENAI_API_KEY set, a real one is asked.
let drafts = 0;
const connection = await connect(({ first }) => {
  drafts += 1;
  return first.includes("You write.")
    ? { name: "agent-editor", args: { prompt: `Please review draft ${drafts}.` } }
    : { name: "agent-writer", args: { prompt: `Please rework draft ${drafts}.` } };
});
const { configuration, apiKey, model: name } = connection.options;
const { baseURL = "https://api.openai.com/v1", fetch } = configuration;
// Mastra has a copy of this type that is somewhat older.
const model = createOpenAI({ apiKey, baseURL, fetch }).chat(name) as MastraModelConfig;

const registry = createRegistry({ preset: "strict", onTrip: "route", budget: { modelCalls: 40 } });
registry.on("trip", ({ report }) => {
  const { modelCalls, delegations } = report.used;
  console.log(
    `Stopped (${report.reason}) after ${modelCalls} model calls, ${delegations} delegations.`,
  );
});

const editor: Agent = new Agent({
  id: "editor",
  name: "Editor",
  instructions: "You edit. Send what is not good enough back to the writer.",
  model,
  agents: () => ({ writer }),
});
const writer: Agent = new Agent({
  id: "writer",
  name: "Writer",
  instructions: "You write. Have the editor look at every draft.",
  model,
  agents: { editor },
});

// This guards the editor, too: it works inside the writer's run.
guardAgent(writer, registry);

try {
  const result = await writer.generate("Write a page about circuit breakers.");
  console.log(`tripwire: ${result.tripwire?.reason}`);
  throwIfTripped(result);
  console.log(`answer: ${result.text}`);
} catch (error) {
  console.log(`${(error as Error).name}: the caller decides what to do next.`);
} finally {
  await connection.close();
}
