import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseRun, type RecordedRun } from "@guard/core/replay";

/** The folder of recorded and labelled runs. The repository does not contain them. */
export const tracesFolder: string =
  process.env["GUARD_TRACES"] ?? join(import.meta.dirname, "../../../shared/traces");

/** The label that a human gave a run. */
export type Label = "loop" | "burst" | "ambiguous" | "struggle" | "legit";

/** A recorded run with its source, score and label. */
export interface Trace {
  readonly run: RecordedRun;
  readonly source: string;
  /** Whether its benchmark scored it as a success; `null` without a score. */
  readonly success: boolean | null;
  readonly label: Label | undefined;
}

/** All recorded runs. */
export function* readTraces(): Generator<Trace> {
  const labels = new Map(
    lines("labels.jsonl").map((line) => {
      const { id, label } = JSON.parse(line) as { id: string; label: string };
      return [id, label.replace(/^loop-.*/, "loop") as Label];
    }),
  );
  for (const name of readdirSync(tracesFolder).filter((file) => file.endsWith(".jsonl.gz"))) {
    for (const line of lines(name)) {
      const run = parseRun(line);
      const { outcome } = JSON.parse(line) as { outcome?: boolean | null };
      const source = name.replace(".jsonl.gz", "");
      yield { run, source, success: outcome ?? null, label: labels.get(run.id) };
    }
  }
}

export const hasTraces = (): boolean => existsSync(join(tracesFolder, "labels.jsonl"));

function lines(name: string): readonly string[] {
  const content = readFileSync(join(tracesFolder, name));
  const text = name.endsWith(".gz") ? gunzipSync(content) : content;
  return text.toString("utf8").split("\n").filter(Boolean);
}
