import { spawn } from "node:child_process";
import { join } from "node:path";

/** Starts a script of this folder as a process. `output` is its text when it has ended, `said` its text so far. */
export function start(name: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, name), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (data: Buffer) => (text += data.toString()));
  const output = new Promise<string>((resolve) => child.on("close", () => resolve(text)));
  return { child, output, said: () => text };
}
