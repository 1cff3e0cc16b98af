import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { GuardOptions } from "@guard/core";
import { recordTo } from "@guard/core/record";
import type { ReplayResult } from "@guard/core/replay";
import { startModelServer, type ModelServer } from "example-model-server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { prices } from "../src/price.ts";
import { runAgent } from "../src/run-agent.ts";
import { scriptedAgents, scriptOf } from "../src/scripted-agents.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../../..");
const guard = join(root, "packages/cli/src/bin.ts");
const tsc = join(root, "node_modules/typescript/bin/tsc");

// Inside of the example: the printed config imports a type of @guard/core.
const own = join(import.meta.dirname, "../.guard");
mkdirSync(own, { recursive: true });
const folder = mkdtempSync(join(own, "calibration-"));
const recording = join(folder, "runs.jsonl.gz");
const config = join(folder, "guard.config.mts");
let server: ModelServer;

beforeAll(async () => {
  process.env["LANGSMITH_TRACING"] = "false";
  vi.spyOn(console, "error").mockImplementation(() => {}); // LangChain prints every error of a handler
  server = await startModelServer(scriptOf(scriptedAgents()), 0);
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const agentNamed = (name: string) => scriptedAgents().find((agent) => agent.name === name)!;

const page = readFileSync(join(root, "docs/calibration.md"), "utf8");

/** A budget needs 20 honest runs. */
const rounds: Readonly<Record<string, number>> = {
  "twelve-steps": 20,
  "same-search": 2,
  "back-and-forth": 2,
};

test("recorded runs become a config: honest runs pass with it, and loops stop", async () => {
  const record = recordTo(recording);
  for (const [name, times] of Object.entries(rounds)) {
    for (let round = 0; round < times; round += 1) {
      const options: GuardOptions = { mode: "observe", ...prices, record };
      const { ended } = await runAgent(agentNamed(name), server, options);
      expect(ended).toBe(name === "twelve-steps" ? "finished" : "recursion limit");
    }
  }
  await record.close();

  const calibrated = await run(process.execPath, [guard, "calibrate", recording]);
  expect(calibrated.stderr).toContain("24 runs: 20 honest, 4 for you to judge");
  expect(calibrated.stderr).toContain(
    "of 20 honest runs guard stops 0 without this config, 0 with it; of 4 other runs guard stops 4 without this config, 4 with it.",
  );
  writeFileSync(config, calibrated.stdout);
  expect(page).toContain(
    calibrated.stdout.replace(/wallMs: .*/, "wallMs: 60000, // at least one minute"),
  );
  const project = { extends: "../../../../tsconfig.base.json", files: ["guard.config.mts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project));
  await run(process.execPath, [tsc, "--project", folder]);
  const { default: options } = (await import(config)) as { default: GuardOptions };
  expect(options.budget).toMatchObject({ modelCalls: 39, toolCalls: 36 });

  const replayed = await run(process.execPath, [
    guard,
    "replay",
    recording,
    "--config",
    config,
    "--json",
  ]);
  const results = replayed.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ReplayResult);
  const stopped = results.filter(({ opened }) => opened !== null);
  expect(stopped.map(({ calls }) => calls)).toEqual([25, 25, 25, 25]);
  expect(results.filter(({ blocked, opened }) => blocked === null && opened === null)).toHaveLength(
    20,
  );

  for (const name of Object.keys(rounds)) {
    const { ended } = await runAgent(agentNamed(name), server, { ...options, ...prices });
    expect([name, ended]).toEqual([
      name,
      name === "twelve-steps" ? "finished" : "stopped by guard",
    ]);
  }
}, 120_000);
