import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { NpmProject } from "../packed/npm-project.ts";
import { run, twoAtATime } from "../packed/run.ts";
import { tables } from "./mistakes/index.ts";
import type { Mistake, Mistakes } from "./mistakes/mistake.ts";
import type { Servers } from "./servers.ts";
import type { Step } from "./step.ts";

/** Makes every mistake in plain JavaScript, and compares what guard prints with what it has to say. */
export async function makeMistakes(
  project: NpmProject,
  servers: Servers,
): Promise<readonly Step[]> {
  const source = readFileSync(join(import.meta.dirname, "player.mjs"), "utf8");
  const player = project.write("mistakes/player.mjs", source);
  const steps = await twoAtATime(tables, (table) => play(project, servers, player, table));
  return steps.flat();
}

/** The mistakes of a package share a process, so that its framework is loaded once. */
async function play(
  project: NpmProject,
  servers: Servers,
  player: string,
  { of, begin, mistakes }: Mistakes,
): Promise<readonly Step[]> {
  const files = mistakes.map(({ code }, index) =>
    project.write(join("mistakes", of, `${index}.mjs`), begin + code),
  );
  const options = { cwd: project.directory, env: servers.withLoopingModel, timeoutMs: 120_000 };
  const { stdout, stderr } = await run(process.execPath, [player, ...files], options);
  const texts = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line || '""') as string);
  return mistakes.map((mistake, index) => toStep(of, mistake, texts[index] ?? stderr));
}

function toStep(of: string, { title, must }: Mistake, text: string): Step {
  const lines = text.trim().split("\n");
  const printed = lines.find((line) => must.test(line)) ?? lines[0]!;
  return { where: of, how: title, printed, fault: must.test(text) ? undefined : `not ${must}` };
}
