import { askModel, asRun, findCircuitOpen, type Breaker } from "@guard/core";
import { guardClient } from "@guard/mcp";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { ending } from "guard-test-support";
import type { Combination, Way } from "../combination.ts";
import type { Framework } from "../framework.ts";
import type { Job } from "../job.ts";
import { otherAgent, otherName } from "../other-framework.ts";
import type { Scene } from "../scene.ts";
import { told } from "../told.ts";
import { handoffName, toolName, type Request } from "../trips.ts";

/** A loop without a framework. A guarded client calls the tools of an MCP server. */
export const mcpClient: Framework = { missing, play };

const hasTasks = "experimental" in Client.prototype;

function missing({ way, exit }: Combination): string | undefined {
  if (exit !== "throw")
    return "a loop by hand ends with the error, or writes its last answer itself";
  if (way === "batch") return "a loop by hand is one run";
  if (way === "workflow" || way === "network") return `MCP has tools, and no ${way}s`;
  if (way === "stream" && !hasTasks) return "this version of the SDK streams no tool calls";
  return undefined;
}

async function play(scene: Scene): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const job of scene.jobs) faults.push(...(await playJob(scene, job)));
  return faults;
}

async function playJob(scene: Scene, job: Job): Promise<readonly string[]> {
  const { way, trip } = scene.combination;
  const setup = { scene, job, breaker: scene.breaker(job) };
  const client = await connected(setup);
  const aborting = new AbortController();
  if (way === "abort") job.onTrip(() => aborting.abort());
  const runs = [way === "abort" ? aborting.signal : undefined];
  if (way === "abort" || way === "resume") runs.push(undefined);
  const faults: string[] = [];
  for (const signal of runs) {
    const name = askingNames[way];
    const args = { q: `Ask for #${job.number}.` };
    const ask = name ? () => [{ name, args }] : (turn: number) => scene.ask(turn, job);
    const { stop, error, result } = await ending(() => loop({ ...setup, client, ask, signal }));
    // guard promises no end for a run that is stopped and aborted at once.
    if (stop?.reason === trip || signal !== undefined) continue;
    faults.push(`throw: ended with ${told(error ?? result)}`);
  }
  await client.close();
  return faults;
}

/** A job, and the breaker that guards it. */
interface Setup {
  readonly scene: Scene;
  readonly job: Job;
  readonly breaker: Breaker;
}

interface Loop extends Setup {
  readonly client: Client;
  readonly ask: (turn: number) => readonly Request[];
  readonly signal?: AbortSignal | undefined;
}

const colleagueName = "ask_colleague";
/** The tools that ask another agent. */
const askingNames: Partial<Record<Way, string>> = {
  "nested agent": colleagueName,
  "another framework's agent": otherName,
  "tool that catches everything": colleagueName,
};

/** A loop that goes on for ever, and retries as its way says. */
function loop(setup: Loop, name?: string): Promise<string> {
  const { scene, job, breaker, ask, signal } = setup;
  const { way } = scene.combination;
  const attempts = way === "retry" ? 3 : way === "fallback model" ? 2 : 1;
  let sent = 0;
  return asRun(
    breaker,
    async (agent) => {
      for (let turn = 1; turn <= 40; turn += 1) {
        const send = async () => {
          sent += 1;
          job.modelCalled();
          if (way === "retry" && sent % 2 === 0) throw new Error("overloaded");
          return ask(turn);
        };
        const { calls } = await trying(attempts, (attempt) =>
          askModel(agent, { kind: "model", model: `model-${attempt}` }, send, toAnswer, signal),
        );
        const use = (call: (typeof calls)[number]) => trying(attempts, () => useTool(setup, call));
        await Promise.all(calls.map(use));
      }
      return "It is 8080.";
    },
    name,
  );
}

function toAnswer(asked: readonly Request[]) {
  return { calls: asked.map(({ name, args }) => ({ kind: "tool", tool: name, args }) as const) };
}

/** Retries after every error, also after a trip. */
async function trying<T>(attempts: number, body: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await body(attempt);
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

/** Calls a tool as the way says. The model reads all errors but trips, and does not listen. */
async function useTool({ scene, client, signal }: Loop, call: { tool: string; args: object }) {
  const params = { name: call.tool, arguments: { ...call.args } };
  try {
    if (scene.combination.way !== "stream") {
      await client.callTool(params, undefined, signal && { signal });
    } else for await (const _ of client.experimental.tasks.callToolStream(params));
  } catch (error) {
    if (findCircuitOpen(error) !== undefined) throw error;
  }
}

/** A guarded client of a server in this process. Tools of the server may ask other agents. */
async function connected(setup: Setup): Promise<Client> {
  const { scene, job, breaker } = setup;
  const server = new Server({ name: "matrix", version: "1.0.0" }, { capabilities: { tools: {} } });
  const raw = new Client({ name: "matrix", version: "1.0.0" });
  const client = guardClient(raw, breaker);
  const ask = (turn: number) => scene.ask(turn, job);
  const askColleague = () => loop({ ...setup, client, ask }, "helper");
  const use = (q: string) => {
    if (scene.trip.fails) throw new Error("out of order");
    return `${q} is there`;
  };
  const bodies: Record<string, (q: string) => unknown> = {
    [toolName]: use,
    [handoffName]: use,
    [otherName]: otherAgent(scene, breaker),
    [colleagueName]: (q) =>
      scene.combination.way === "nested agent"
        ? askColleague()
        : stubborn([askColleague, () => client.callTool({ name: toolName, arguments: { q } })]),
  };
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const { q } = params.arguments as Request["args"];
    const text = String(await job.toolRun(() => bodies[params.name]!(q)));
    return { content: [{ type: "text", text }] };
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  await raw.connect(near);
  return client;
}

/** Goes on after every error. */
async function stubborn(attempts: readonly (() => Promise<unknown>)[]): Promise<string> {
  for (const attempt of [...attempts, ...attempts]) {
    try {
      await attempt();
    } catch {
      continue; // the error is lost
    }
  }
  return "Something went wrong.";
}
