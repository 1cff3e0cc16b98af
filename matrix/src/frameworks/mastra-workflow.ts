// A workflow whose step asks an agent that gets nowhere. Mastra retries the step, and repeats it until it is content.
import { guardAgent, guardWorkflow, throwIfTripped } from "@guard/mastra";
import { Mastra } from "@mastra/core";
import { InMemoryStore } from "@mastra/core/storage";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { ending } from "guard-test-support";
import { z } from "zod";
import type { Exit } from "../combination.ts";
import type { Job } from "../job.ts";
import type { Scene } from "../scene.ts";
import { told } from "../told.ts";
import { agentNamed, loopingParts, untilStopped } from "./mastra-parts.ts";

/** The status of a stopped workflow. */
const statuses: Readonly<Record<Exit, string>> = {
  throw: "failed",
  finish: "tripwire",
  "wind-down": "tripwire",
  route: "tripwire",
  ask: "suspended",
};

export async function playWorkflow(scene: Scene, job: Job): Promise<readonly string[]> {
  const { exit, trip } = scene.combination;
  const run = await workflowOf(scene, job).createRun();
  const first = await run.start({ inputData: { q: job.text } });
  if (exit !== "ask") {
    const { stop } = await ending(async () => throwIfTripped(first));
    const isSeen = first.status === statuses[exit] && stop?.reason === trip;
    return isSeen ? [] : [`${exit}: ended with ${first.status}, ${told(stop)}`];
  }
  if (reasonOf(first) !== trip) return [`ask: ended with ${first.status}`];
  // A human decides. The first run stops. The other run goes on, and trips again.
  const approved = job.number > 1;
  if (approved) job.grant(untilStopped);
  const next = await run.resume({ step: "ask", resumeData: { approved } });
  if (!approved) {
    return next.status === "tripwire" ? [] : [`ask: declined, ended with ${next.status}`];
  }
  if (reasonOf(next) !== trip) return [`ask: approved, ended with ${next.status}`];
  const { models, tools } = job;
  return models.granted + tools.granted > 0 ? [] : ["ask: approved, but nothing ran"];
}

/** The reason of the question that the stopped step asks. */
function reasonOf({ status, steps }: { status: string; steps: object }): unknown {
  if (status !== statuses.ask) return undefined;
  const { ask } = steps as { ask?: { suspendPayload?: { trip?: { reason: unknown } } } };
  return ask?.suspendPayload?.trip?.reason;
}

function workflowOf(scene: Scene, job: Job) {
  const source = scene.registry(job);
  const { looping, has } = loopingParts(scene, job);
  const colleague = guardAgent(agentNamed("colleague", { model: looping(), ...has }), source);
  const schema = z.object({ q: z.string() });
  const stepOf = (id: string, body: (q: string) => Promise<string>) =>
    createStep({
      id,
      inputSchema: schema,
      outputSchema: schema,
      retries: 3,
      execute: async ({ inputData: { q } }) => ({ q: await job.toolRun(async () => body(q)) }),
    });
  const ask = stepOf("ask", async (q) => (await colleague.generate(q)).text);
  const after = stepOf("after", async (q) => q);
  const workflow = createWorkflow({ id: "workflow", inputSchema: schema, outputSchema: schema })
    .dountil(ask, async () => false)
    .then(after)
    .commit();
  guardWorkflow(workflow, source);
  const mastra = new Mastra({
    workflows: { workflow },
    storage: new InMemoryStore(),
    logger: false,
  });
  return mastra.getWorkflow("workflow");
}
