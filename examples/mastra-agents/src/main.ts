// Two agents hand the same work to each other for ever. Each answer looks like progress, and no agent repeats itself.
// guard sees the circle and stops both agents.
import { createOpenAI } from "@ai-sdk/openai";
import { createRegistry } from "@guard/core";
import { guardAgent, throwIfTripped } from "@guard/mastra";
import { Agent } from "@mastra/core/agent";
import type { MastraModelConfig } from "@mastra/core/llm";
import { connect } from "example-model-server";

// A scripted model plays both agents. Set OPENAI_API_KEY to ask a real model.
let drafts = 0;
const connection = await connect(({ first }) => {
  drafts += 1;
  return first.includes("You write.")
    ? { name: "agent-editor", args: { prompt: `Please review draft ${drafts}.` } }
    : { name: "agent-writer", args: { prompt: `Please rework draft ${drafts}.` } };
});
const { configuration, apiKey, model: name } = connection.options;
const { baseURL = "https://api.openai.com/v1", fetch } = configuration;
// Mastra has an older copy of this type.
const model = createOpenAI({ apiKey, baseURL, fetch }).chat(name) as MastraModelConfig;

// onTrip "route": a stopped run ends in Mastra's own tripwire.
const registry = createRegistry({ preset: "strict", onTrip: "route", budget: { modelCalls: 40 } });
registry.on("trip", ({ report }) => {
  const { modelCalls, delegations } = report.used;
  console.log(
    `guard stopped the run (${report.reason}): ${modelCalls} model calls, ${delegations} delegations.`,
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

// The one line. It guards the editor, too: the editor works in the writer's run.
guardAgent(writer, registry);

try {
  const result = await writer.generate("Write a page about circuit breakers.");
  console.log(`The tripwire says: ${result.tripwire?.reason}`);
  throwIfTripped(result);
  console.log(`The answer: ${result.text}`);
} catch (error) {
  console.log(`throwIfTripped throws a ${(error as Error).name}.`);
} finally {
  await connection.close();
}
