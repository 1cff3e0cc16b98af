import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { runCli } from "../../src/index.ts";

/** The outcome of a command line. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function cli(...args: readonly string[]): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await runCli(args, {
    out: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

/** Writes files into a folder of this test and returns their paths. */
export function files(contents: Readonly<Record<string, string | Buffer>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "guard-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return Object.entries(contents).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  });
}

/** A run that calls one tool `times` times with the same arguments and result. */
export function looping(id: string, times: number, q = "x"): string {
  const event = { type: "tool", tool: "search", args: { q }, result: "none", usd: 0.01 };
  return JSON.stringify({ id, events: Array.from({ length: times }, () => event) });
}
