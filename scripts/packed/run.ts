import { execFile } from "node:child_process";
import process from "node:process";

/** How a program ended, and what it printed. */
export interface Ended {
  /** 0 where all went well; `undefined` where the program was killed. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

/** Runs a program to its end. */
export function run(
  command: string,
  args: readonly string[],
  { cwd, env = process.env, timeoutMs = 300_000 }: RunOptions,
): Promise<Ended> {
  const shell = process.platform === "win32";
  const options = { cwd, env, shell, timeout: timeoutMs, maxBuffer: 2 ** 26 };
  return new Promise((resolve) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : (child.exitCode ?? undefined);
      resolve({ code, stdout, stderr: stderr || (error?.message ?? "") });
    });
  });
}

/**
 * Runs a program that has to end well, and returns what it prints.
 *
 * @throws {Error} with all that it printed, where it ends with another code than 0
 */
export async function must(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
}

/** Does the work of all items, two at a time, and gives the results in the order of the items. */
export async function twoAtATime<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all([worker(), worker()]);
  return results;
}
