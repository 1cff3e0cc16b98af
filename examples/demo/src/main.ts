import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { RecordedEvent } from "@guard/core";
import { runCli } from "@guard/cli";
import { startModelServer, type ModelServer } from "example-model-server";
import { prices } from "./price.ts";
import { difference, renderRuns, type Compared } from "./render.ts";
import { runAgent } from "./run-agent.ts";
import { scriptedAgents, scriptOf } from "./scripted-agents.ts";

/** Where the demo leaves what it wrote, below the folder it runs in. */
const folder = ".guard";

/** The demo's four parts, one after the other. */
async function demo(server: ModelServer): Promise<void> {
  say(`LangChain agents over HTTP to a scripted model on ${server.host}: no key, no network.\n`);
  const compared: Compared[] = [];
  for (const agent of scriptedAgents()) {
    const unguarded = await runAgent(agent, server);
    const again = scriptedAgents().find(({ name }) => name === agent.name)!;
    const guarded = await runAgent(again, server, prices);
    compared.push({ agent: agent.name, model: agent.model, unguarded, guarded });
  }
  say(renderRuns(compared));

  const report = join(folder, "demo-trip-report.json");
  const trips = compared.flatMap(({ agent, unguarded, guarded }) =>
    guarded.trip ? [{ agent, saved: difference(unguarded, guarded), ...guarded.trip }] : [],
  );
  writeFileSync(report, `${JSON.stringify(trips, undefined, 2)}\n`);
  say(`Trip report: ${report}\n`);

  const recording = join(folder, "demo-runs.jsonl");
  writeFileSync(recording, await record(server));
  say(`The same agents once more, only watched and recorded: ${recording}`);
  say(`What guard would have done to these recordings (guard replay ${recording}):\n`);
  await runCli(["replay", recording]);
}

/** Runs every agent in observe mode, where guard refuses nothing, and records it. */
async function record(server: ModelServer): Promise<string> {
  const lines: string[] = [];
  for (const agent of scriptedAgents()) {
    const events: RecordedEvent[] = [];
    await runAgent(agent, server, {
      mode: "observe",
      ...prices,
      record: (_run, event) => events.push(event),
    });
    lines.push(JSON.stringify({ id: agent.name, events }));
  }
  return `${lines.join("\n")}\n`;
}

function portFrom(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { port: { type: "string" } } });
  const port = Number(values.port ?? 0);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Error(`--port: expected a number from 0 to 65535, received ${values.port}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What can go wrong on a user's machine, in a line of its own. */
function explain(error: unknown, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") {
    return `Port ${port} is taken: choose another with --port, or leave it out to have a free one chosen.`;
  }
  if (code === "EACCES") return `Not permitted: ${message}`;
  return message;
}

// LangChain prints every error that a handler throws; here they are the point, and told in the table.
const printError = console.error;
console.error = (...line: unknown[]) => {
  if (!String(line[0]).startsWith("Error in handler GuardCallbackHandler")) printError(...line);
};
// Nothing leaves loopback, even if the environment asks LangChain to trace.
process.env["LANGSMITH_TRACING"] = "false";
process.env["LANGCHAIN_TRACING_V2"] = "false";

process.once("SIGINT", () => {
  process.stderr.write("\nStopped by Ctrl-C. Nothing is left running.\n");
  process.exit(130);
});

let port = 0;
try {
  port = portFrom(process.argv.slice(2));
  mkdirSync(folder, { recursive: true });
  const server = await startModelServer(scriptOf(scriptedAgents()), port);
  try {
    await demo(server);
  } finally {
    await server.stop();
  }
} catch (error) {
  process.stderr.write(`${explain(error, port)}\n`);
  process.exitCode = 1;
}
