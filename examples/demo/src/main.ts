import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { defaultTexts, type RecordedEvent } from "@guard/core";
import { runCli } from "@guard/cli";
import { sqlite } from "@guard/ledger-sqlite";
import { startModelServer, type ModelServer } from "example-model-server";
import { prices } from "./price.ts";
import { difference, renderRuns, type Compared } from "./render.ts";
import { runAgent } from "./run-agent.ts";
import { scriptedAgents, scriptOf } from "./scripted-agents.ts";

/** The demo writes its files into this folder, in the current folder. */
const folder = ".guard";

/** `guard budget` shows what each session has spent of its limit. */
const limits = { session: { usd: 100, per: "day" } } as const;

/** Runs the four parts of the demo, one after the other. */
async function demo(server: ModelServer): Promise<void> {
  say(
    "Three LangChain agents work, each without guard and with guard. Two of them loop; one does honest work.",
  );
  say(
    `A scripted model on ${server.host} plays the provider: the demo needs no key and no network.\n`,
  );
  const compared: Compared[] = [];
  const { store, ledger } = sqlite(join(folder, "ledger.db"));
  for (const agent of scriptedAgents()) {
    const unguarded = await runAgent(agent, server);
    const again = scriptedAgents().find(({ name }) => name === agent.name)!;
    const session = agent.name;
    // A spec never changes: the second demo in this folder finds the spec of the first.
    if (ledger.specOf(session) === undefined) ledger.freezeSpec({ session, ...agent.spec });
    const accounts = { session };
    const guarded = await runAgent(again, server, { ...prices, store, ledger, accounts, limits });
    compared.push({ agent: agent.name, model: agent.model, unguarded, guarded });
  }
  ledger.close();
  say(renderRuns(compared));

  say("What the end users of the stopped agents read:");
  for (const { agent, guarded } of compared) {
    if (guarded.trip !== undefined) say(`  ${agent}: ${defaultTexts.stopped(guarded.trip)}`);
  }
  say("");

  const report = join(folder, "demo-trip-report.json");
  const trips = compared.flatMap(({ agent, unguarded, guarded }) =>
    guarded.trip ? [{ agent, saved: difference(unguarded, guarded), ...guarded.trip }] : [],
  );
  writeFileSync(report, `${JSON.stringify(trips, undefined, 2)}\n`);
  say(`Why guard stopped the loops, as JSON: ${report}\n`);

  const recording = join(folder, "demo-runs.jsonl");
  writeFileSync(recording, await record(server));
  say(`The agents ran again while guard only watched and recorded: ${recording}`);
  say(
    `What guard would have done in these runs (npm run --silent guard -- replay ${recording}):\n`,
  );
  await runCli(["replay", recording]);

  say("\nThe guarded runs are in the ledger .guard/ledger.db. See what each one did and cost:");
  say("  npm run --silent guard -- runs");
  say('In most shells this makes the command shorter: alias guard="npm run --silent guard --"');
}

/** Runs every agent in observe mode and records it. guard refuses nothing there. */
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

/** Explains an error of the user's machine in one line. */
function explain(error: unknown, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") {
    return `Port ${port} is taken. Choose another port with --port, or leave --port out: the demo then finds a free port.`;
  }
  if (code === "EACCES") return `Not permitted: ${message}`;
  return message;
}

// LangChain prints every error that a handler throws. The table shows these errors already.
const printError = console.error;
console.error = (...line: unknown[]) => {
  if (!String(line[0]).startsWith("Error in handler GuardCallbackHandler")) printError(...line);
};
// Nothing leaves this machine, even if the environment tells LangChain to trace.
process.env["LANGSMITH_TRACING"] = "false";
process.env["LANGCHAIN_TRACING_V2"] = "false";

// A reader may leave early: npm run demo | head
process.stdout.on("error", () => {});

process.once("SIGINT", () => {
  process.stderr.write("\nYou stopped the demo. It has left nothing running.\n");
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
