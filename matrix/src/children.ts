import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Flags, Version } from "./flags.ts";
import { frameworks, type Entry } from "./frameworks/index.ts";
import type { Judged } from "./row.ts";

const here = import.meta.dirname;
const atOnce = 2;

/** What came of it: rows, and the children that have died. */
export interface Played {
  readonly judged: readonly Judged[];
  readonly dead: readonly string[];
}

/** Plays everything that is asked for, each framework in each version in a process of its own. */
export async function playAll(flags: Omit<Flags, "json">): Promise<Played> {
  const waiting = frameworks
    .filter(({ adapter }) => flags.adapters.includes(adapter))
    .flatMap((entry) => flags.versions.map((version) => ({ entry, version })))
    .map((one, index) => ({ ...one, index }));
  const results: Played[] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next.index] = await playChild(next.entry, next.version, flags.pairwise);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return {
    judged: results.flatMap(({ judged }) => judged),
    dead: results.flatMap(({ dead }) => dead),
  };
}

async function playChild(
  { adapter, name }: Entry,
  version: Version,
  isPairwise: boolean,
): Promise<Played> {
  const oldest = version === "oldest";
  const loader = oldest ? ["--import", join(here, "..", "..", "scripts", "resolve-oldest.ts")] : [];
  const which = isPairwise ? "pairwise" : "all";
  const child = spawn(process.execPath, [...loader, join(here, "child.ts"), name, which], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...(oldest ? { GUARD_OLDEST: adapter } : {}) },
  });
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(`exit ${code ?? signal}`));
  });
  const judged: Judged[] = [];
  let played: number | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as Judged | { readonly played: number };
    if ("played" in said) played = said.played;
    else judged.push(said);
  }
  const end = await ended;
  const isWhole = end === "exit 0" && played === judged.length;
  const dead = `${name} (${version}) has died: ${end} after ${judged.length} rows`;
  return { judged, dead: isWhole ? [] : [dead] };
}
