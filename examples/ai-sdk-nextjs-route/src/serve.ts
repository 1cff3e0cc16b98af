import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..");
const next = createRequire(import.meta.url).resolve("next/dist/bin/next");

export interface ChatServer {
  readonly url: string;
  /** Resolves when the server has ended. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** Builds the chat, as `next build` does. */
export async function build(): Promise<void> {
  const child = run(["build"], {});
  let said = "";
  child.stdout.on("data", (data: string) => (said += data));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`next build has failed:\n${said}`);
}

/**
 * Serves the chat on loopback, as built or, with `dev`, from its sources.
 *
 * @param port 0 lets the system choose one
 */
export async function serve(
  command: "start" | "dev",
  variables: Record<string, string>,
  port = 0,
): Promise<ChatServer> {
  const child = run([command, "--hostname", "127.0.0.1", "--port", `${port}`], variables);
  const ended = once(child, "close");
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (data: string) => {
      said += data;
      const [, found] = /(http:\S+)[^]*Ready in/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`next ${command} has ended:\n${said}`)));
  });
  const stop = async () => {
    child.kill();
    await ended;
  };
  return { url, ended, stop };
}

function run(args: readonly string[], variables: Record<string, string>) {
  const NODE_ENV = args[0] === "dev" ? "development" : "production";
  const env = { ...process.env, ...variables, NODE_ENV, NEXT_TELEMETRY_DISABLED: "1" } as const;
  const child = spawn(process.execPath, [next, ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.setEncoding("utf8");
  return child;
}
