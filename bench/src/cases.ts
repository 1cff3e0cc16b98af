import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseRun } from "@guard/core/replay";
import type { Expected } from "./expected.ts";

/** The folder of situations that people reported. The repository does not contain them. */
export const casesFolder: string =
  process.env["GUARD_CASES"] ?? join(import.meta.dirname, "../../../shared/cases");

const runsFile = join(casesFolder, "replay.jsonl");
const expectedFile = join(casesFolder, "expected.json");

export const hasCases = (): boolean => existsSync(runsFile) && existsSync(expectedFile);

/** All situations that replay can show. */
export function readCases(): readonly Expected[] {
  const right = JSON.parse(readFileSync(expectedFile, "utf8")) as Record<
    string,
    { stoppedBy: number } | null
  >;
  const runs = readFileSync(runsFile, "utf8").split("\n").filter(Boolean).map(parseRun);
  return runs.map((run) => {
    const expected = right[run.id];
    if (expected === undefined) throw new Error(`${expectedFile} says nothing about ${run.id}`);
    return { run, stoppedBy: expected?.stoppedBy ?? null };
  });
}
