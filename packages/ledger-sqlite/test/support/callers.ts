import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Reply, Request } from "./caller.ts";

/** A process of `caller.ts`. */
export interface Caller {
  /** Sends a request, and waits for the reply. */
  ask(request: Request): Promise<Reply>;
  /** The next line that the process prints by itself. */
  next(): Promise<unknown>;
  /** Ends the process: with `SIGKILL` at once. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a process with a circuit and a queue in this file. */
export function startCaller(file: string, keepText = false): Caller {
  const args = [join(import.meta.dirname, "caller.ts"), file, ...(keepText ? ["keepText"] : [])];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value as string) as unknown;
  return {
    next,
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await next()) as Reply;
    },
    end: async (signal = "SIGTERM") => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}
