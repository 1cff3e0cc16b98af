import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { cli } from "./support/cli.ts";

const root = join(import.meta.dirname, "../../..");
const cases = resolve(root, process.env["GUARD_CASES"] ?? "../shared/cases");
const [runsFile, expectedFile] = [join(cases, "replay.jsonl"), join(cases, "expected.json")];
const missing = !existsSync(runsFile) || !existsSync(expectedFile);

type Right = Readonly<Record<string, { readonly stoppedBy: number } | null>>;

/** The result of `guard replay` for a run. */
interface Result {
  readonly id: string;
  readonly blocked: number | null;
  readonly opened: number | null;
}

/** Whether guard left the run alone or stopped it in time, as expected. */
function isRight({ blocked, opened }: Result, right: Right[string] | undefined): boolean {
  const at = Math.min(blocked ?? Number.POSITIVE_INFINITY, opened ?? Number.POSITIVE_INFINITY);
  return right === null || right === undefined
    ? at === Number.POSITIVE_INFINITY
    : at <= right.stoppedBy;
}

describe(`reported situations${missing ? ` (skipped: ${cases} holds nothing)` : ""}`, () => {
  test.skipIf(missing)(
    "all are judged right by the defaults",
    async () => {
      const right = JSON.parse(readFileSync(expectedFile, "utf8")) as Right;
      const { code, out } = await cli("replay", runsFile, "--json");
      expect(code).toBe(0);
      const results = out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Result);
      expect(results.map(({ id }) => id).toSorted()).toEqual(Object.keys(right).toSorted());
      expect(results.filter((result) => !isRight(result, right[result.id]))).toEqual([]);
    },
    60_000,
  );
});
