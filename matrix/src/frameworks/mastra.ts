import { isRegistry, type BreakerSource } from "@guard/core/adapter";
import { guardAgent } from "@guard/mastra";
import { Mastra } from "@mastra/core";
import type { Agent } from "@mastra/core/agent";
import { InMemoryStore } from "@mastra/core/storage";
import { ending, type Ending } from "guard-test-support";
import type { Combination } from "../combination.ts";
import type { Framework } from "../framework.ts";
import type { Job } from "../job.ts";
import { otherAgent, otherName } from "../other-framework.ts";
import { lastWord, type Scene } from "../scene.ts";
import { told } from "../told.ts";
import { playNetwork } from "./mastra-network.ts";
import {
  agentNamed,
  counted,
  endless,
  loopingParts,
  untilStopped,
  type Model,
} from "./mastra-parts.ts";
import { playWorkflow } from "./mastra-workflow.ts";

process.env["MASTRA_TELEMETRY_DISABLED"] = "1"; // no data leaves this machine

/** Guarded agents of Mastra. */
export const mastraAgents: Framework = { missing, play };

function missing({ way, exit, trip }: Combination): string | undefined {
  if (way === "batch") return "Mastra has no batch";
  if (way === "network" && exit !== "throw") {
    return "a network can only end in the error, with every exit";
  }
  if (exit !== "ask" || way === "workflow") return undefined;
  if (trip === "budget")
    return "a spent budget has no call to approve: the run ends in the tripwire";
  if (way === "tool that catches everything" || way === "another framework's agent")
    return "an agent that a tool calls has no human to ask: the run ends in the tripwire";
  return way === "abort" ? "an aborted run asks no human" : undefined;
}

async function play(scene: Scene): Promise<readonly string[]> {
  const faults: string[] = [];
  const { way } = scene.combination;
  const one = way === "workflow" ? playWorkflow : way === "network" ? playNetwork : playJob;
  for (const job of scene.jobs) faults.push(...(await one(scene, job)));
  return faults;
}

/** The result of an agent's call, as far as the matrix reads it. */
interface Ended {
  readonly text: string;
  readonly runId?: string | undefined;
  readonly finishReason?: string | undefined;
  readonly tripwire?: { readonly metadata?: unknown } | undefined;
}

async function playJob(scene: Scene, job: Job): Promise<readonly string[]> {
  const { way, exit } = scene.combination;
  if (exit === "wind-down") job.grant({ models: 1 });
  // Each call is a run. Only a breaker holds two calls together.
  const isAgain = way === "abort" || (way === "resume" && exit !== "ask");
  const agent = agentOf(scene, job, isAgain ? scene.breaker(job) : scene.registry(job));
  const aborting = new AbortController();
  if (way === "abort") job.onTrip(() => aborting.abort());
  const signal = way === "abort" ? { abortSignal: aborting.signal } : {};
  const first = await ending(() => run(scene, agent, job, signal));
  // guard does not promise how a run ends that is stopped and aborted at once.
  const faults = way === "abort" ? [] : await judge(scene, job, agent, first, false);
  if (!isAgain || faults.length > 0) return faults;
  return judge(scene, job, agent, await ending(() => run(scene, agent, job, {})), true);
}

async function run(scene: Scene, agent: Agent, { text }: Job, more: object): Promise<Ended> {
  if (scene.combination.way !== "stream") return agent.generate(text, more);
  const output = await agent.stream(text, more);
  let streamed = "";
  for await (const delta of output.textStream) streamed += delta;
  return { ...(await output.getFullOutput()), text: streamed };
}

/** Returns what is not as the exit promises, in the first call or in the second. */
async function judge(
  scene: Scene,
  job: Job,
  agent: Agent,
  ended: Ending<Ended>,
  isAgain: boolean,
): Promise<readonly string[]> {
  const { exit, trip } = scene.combination;
  const { error, result, stop } = ended;
  const isSeen = () => {
    if (exit === "throw") return stop?.reason === trip;
    if (error !== undefined) return false;
    if (exit === "route") return reasonOf(result) === trip;
    if (exit === "ask") return result?.finishReason === "suspended";
    const isGuards = result?.text.startsWith(`This task was stopped`) === true;
    if (exit === "finish") return isGuards;
    // The model gives its last answer once. A second call gets guard's text.
    return (isAgain && isGuards) || (result?.text === lastWord && job.models.granted === 1);
  };
  if (!isSeen()) return [`${exit}: ended with ${told(error ?? result?.text)}`];
  return exit === "ask" ? judgeAsked(scene, job, agent, result!) : [];
}

function reasonOf(result: Ended | undefined): unknown {
  const { report } = (result?.tripwire?.metadata ?? {}) as { report?: { reason: unknown } };
  return report?.reason;
}

/** A human decides. The first run stops. The other run goes on, and trips again. */
async function judgeAsked(
  { combination: { trip } }: Scene,
  job: Job,
  agent: Agent,
  { runId }: Ended,
): Promise<readonly string[]> {
  const options = { runId: runId! };
  if (job.number === 1) {
    // The human decides about each call of the answer.
    for (let calls = 1; calls <= 3; calls += 1) {
      const { result, error } = await ending(() => agent.declineToolCallGenerate(options));
      if (reasonOf(result) === trip) return [];
      if (result?.finishReason !== "suspended") {
        return [`ask: declined, ended with ${told(error ?? result?.text)}`];
      }
    }
    return ["ask: declined, but the run asks again"];
  }
  job.grant(untilStopped);
  const { result, error } = await ending(() => agent.approveToolCallGenerate(options));
  // The human approves the calls of one answer one by one, so the run may trip again in between.
  if (reasonOf(result) === trip) return [];
  if (result?.finishReason !== "suspended") {
    return [`ask: approved, ended with ${told(error ?? result?.text)}`];
  }
  const { models, tools } = job;
  return models.granted + tools.granted > 0 ? [] : ["ask: approved, but nothing ran"];
}

/** The agent that the user calls. */
function agentOf(scene: Scene, job: Job, source: BreakerSource): Agent {
  const { way, exit } = scene.combination;
  const agent = guardAgent(partsOf(scene, job, source), source);
  if (exit !== "ask") return agent;
  const mastra = new Mastra({ agents: { agent }, storage: new InMemoryStore(), logger: false });
  return way === "batch" ? agent : mastra.getAgent("agent");
}

function partsOf(scene: Scene, job: Job, source: BreakerSource): Agent {
  const { way } = scene.combination;
  const { looping, has } = loopingParts(scene, job);
  if (way === "fallback model") {
    const models = [{ model: looping() }, { model: looping() }] as Model;
    return agentNamed("agent", { model: models, ...has });
  }
  const text = `Ask for #${job.number}.`;
  if (way === "another framework's agent") {
    const model = endless(scene, job, () => [{ name: otherName, args: { q: text } }]);
    const other = counted(job, otherName, otherAgent(scene, source));
    return agentNamed("agent", { model, tools: { [otherName]: other } });
  }
  if (way !== "nested agent" && way !== "tool that catches everything") {
    return agentNamed("agent", { model: looping(), ...has });
  }
  const colleague = agentNamed("colleague", { model: looping(), ...has });
  if (way === "nested agent") {
    const asks = { name: "agent-colleague", args: { q: text, prompt: text } };
    const model = endless(scene, job, () => [asks]);
    return agentNamed("agent", { model, agents: { colleague } });
  }
  if (!isRegistry(source))
    throw new Error("with a breaker of its own, this call would not belong to the run");
  guardAgent(colleague, source);
  const attempts = [
    async (q: string) => colleague.generate(q),
    async (q: string) => (await colleague.stream(q)).getFullOutput(),
  ];
  const all = counted(job, "try_everything", (q) => stubborn(q, attempts));
  const model = endless(scene, job, () => [{ name: "try_everything", args: { q: text } }]);
  return agentNamed("agent", { model, tools: { try_everything: all } });
}

/** Tries everything twice, and goes on after every error. */
async function stubborn(q: string, attempts: readonly ((q: string) => Promise<unknown>)[]) {
  for (const attempt of [...attempts, ...attempts]) {
    try {
      await attempt(q);
    } catch {
      continue; // the error is lost
    }
  }
  return "Something went wrong.";
}
