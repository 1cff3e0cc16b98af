import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NpmProject } from "../packed/npm-project.ts";
import { run } from "../packed/run.ts";
import { root } from "../public-packages.ts";
import type { Step } from "./step.ts";

/** The block of shell that pastes a recording and judges it, and the block below it: what the command prints. */
const command =
  /^```sh\n((?:(?!```)[^])*?^npx guard replay [^]*?)^```\n\n```(?:text)?\n([^]*?)^```/m;

/** Pastes that block of a README into a shell and compares what it prints with what the README shows. */
export async function walkCommand({ directory }: NpmProject): Promise<readonly Step[]> {
  const where = "packages/cli/README.md";
  const [, script, shown] = command.exec(readFileSync(join(root, where), "utf8")) ?? [];
  if (script === undefined) throw new Error(`${where} shows no command`);
  const { stdout, stderr } = await run("bash", ["-c", script], { cwd: directory });
  const printed = (stdout.trim() || stderr.trim()).split("\n", 1)[0]!;
  const fault = stdout.trim() === shown!.trim() ? undefined : "prints something else";
  return [{ where, how: "shell", printed, fault }];
}
