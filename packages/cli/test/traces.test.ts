import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { cli } from "./support/cli.ts";

const root = join(import.meta.dirname, "../../..");
const traces = resolve(root, process.env["GUARD_TRACES"] ?? "../shared/traces");
const missing = !existsSync(join(traces, "labels.jsonl"));

/** Counts the labelled runs that a preset blocks or opens, by label. */
async function stopped(preset: string): Promise<Record<string, string>> {
  const packed = readdirSync(traces).filter((name) => name.endsWith(".jsonl.gz"));
  const paths = packed.map((name) => join(traces, name));
  const { code, out } = await cli("replay", ...paths, "--preset", preset, "--json");
  expect(code).toBe(0);
  const results = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const byId = new Map(results.map((result) => [result.id, result]));
  const counts: Record<string, { stopped: number; all: number }> = {};
  for (const line of readFileSync(join(traces, "labels.jsonl"), "utf8").trim().split("\n")) {
    const { id, label } = JSON.parse(line);
    const { blocked, opened } = byId.get(id);
    const count = (counts[label.replace(/^loop-.*/, "loop")] ??= { stopped: 0, all: 0 });
    count.all += 1;
    if (blocked !== null || opened !== null) count.stopped += 1;
  }
  return Object.fromEntries(
    Object.entries(counts).map(([label, { stopped: some, all }]) => [label, `${some} of ${all}`]),
  );
}

describe(`recorded runs${missing ? ` (skipped: ${traces} holds nothing)` : ""}`, () => {
  test.skipIf(missing)(
    "balanced stops the loops and leaves the work alone",
    async () => {
      // The recording of the other loop ends early: guard would refuse its next call.
      expect(await stopped("balanced")).toMatchObject({ loop: "25 of 26", legit: "0 of 23" });
    },
    60_000,
  );

  test.skipIf(missing)(
    "strict stops the loops, and work that looks like one",
    async () => {
      expect(await stopped("strict")).toMatchObject({ loop: "26 of 26", legit: "11 of 23" });
    },
    60_000,
  );
});
