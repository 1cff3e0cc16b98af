// A network whose router is never content.
import { guardAgent } from "@guard/mastra";
import { Mastra } from "@mastra/core";
import { MockMemory } from "@mastra/core/memory";
import { ending, readAll } from "guard-test-support";
import type { Job } from "../job.ts";
import type { Scene } from "../scene.ts";
import { told } from "../told.ts";
import { agentNamed, endless, loopingParts } from "./mastra-parts.ts";

export async function playNetwork(scene: Scene, job: Job): Promise<readonly string[]> {
  const { exit, trip } = scene.combination;
  const router = guardAgent(routerOf(scene, job), scene.registry(job));
  const options = { maxSteps: 40, memory: { thread: "thread", resource: "user" } };
  const { stop, error } = await ending(async () => readAll(router.network(job.text, options)));
  return stop?.reason === trip ? [] : [`${exit}: ended with ${told(error)}`];
}

/** Hands work round in circles if the trip is `delegation`. Otherwise an agent of the network loops. */
function routerOf(scene: Scene, job: Job) {
  const { looping, has } = loopingParts(scene, job);
  const colleague = agentNamed("colleague", { model: looping(), ...has });
  const agents = { ...has.agents, colleague };
  const route = () => ({
    primitiveId: scene.combination.trip === "delegation" ? "helper" : "colleague",
    primitiveType: "agent",
    prompt: `Ask for #${job.number}.`,
    selectionReason: "it can",
    isComplete: false,
    completionReason: "nothing was found",
    finalResult: "",
  });
  const model = endless(scene, job, () => JSON.stringify(route()));
  const router = agentNamed("router", { model, agents, memory: new MockMemory() });
  // The workflows of a network print every error without this.
  return new Mastra({ agents: { router }, logger: false }).getAgent("router");
}
