import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** How a start of the job ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const main = join(import.meta.dirname, "../src/main.ts");

/** Starts the job as cron does: no terminal, no standard input, and an environment with hardly a variable. */
export function startJob(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const { PATH = "", HOME = "", SystemRoot } = process.env;
  const env = { PATH, HOME, ...(SystemRoot && { SystemRoot }), ...variables };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    cwd: "/",
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number | null>((end, fail) =>
    child.once("exit", end).once("error", fail),
  );
  const ended = Promise.all([exited, text(child.stdout), text(child.stderr)]).then(
    ([exitCode, stdout, stderr]) => ({ exitCode, stdout, stderr }),
  );
  return { child, ended };
}

/** Runs the job to its end. */
export const runJob = (...start: Parameters<typeof startJob>): Promise<Ended> =>
  startJob(...start).ended;
