import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { startModelServer, type ModelServer, type Script } from "example-model-server";
import { modelEnvironment, startScriptedModel } from "../../docs/scripted-model.ts";
import type { NpmProject } from "../packed/npm-project.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const loop: Script = ({ tools: [name] }) =>
  name === undefined ? "It is 8080." : { name, args: { q: "port", query: "port" } };

/** What the programs of the first hour ask, all of it on loopback. */
export interface Servers {
  /** The environment of a program that asks the model of the pages, which knows their questions. */
  readonly withPagesModel: Environment;
  /** The environment of a program that asks a model that loops as long as it is offered a tool. */
  readonly withLoopingModel: Environment;
  /** The address of an MCP server that has a tool `search`. */
  readonly mcp: string;
  readonly stop: () => Promise<void>;
}

export async function startServers(project: NpmProject): Promise<Servers> {
  const pages = await startScriptedModel();
  const looping = await startModelServer(loop);
  const source = readFileSync(join(import.meta.dirname, "mcp-server.mjs"), "utf8");
  const child = spawn(process.execPath, [project.write("mcp-server.mjs", source)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const mcp = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once("line", resolve);
    child.once("exit", () => reject(new Error("the MCP server has ended")));
  });
  const stop = async () => {
    child.kill();
    await pages.stop();
    await looping.stop();
  };
  return { withPagesModel: asking(pages), withLoopingModel: asking(looping), mcp, stop };
}

/** Programs ask this model, and the frameworks send no reports. */
function asking(model: ModelServer): Environment {
  return {
    ...process.env,
    ...modelEnvironment(model),
    OPENAI_AGENTS_DISABLE_TRACING: "1",
    MASTRA_TELEMETRY_DISABLED: "1",
    NO_COLOR: "1",
  };
}
