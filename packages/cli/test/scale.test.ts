import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseRun, type RecordedRun } from "@guard/core/replay";
import { expect, test } from "vitest";
import { calibrate } from "../src/calibrate/calibrate.ts";
import { stopOf } from "../src/calibrate/judged-run.ts";

const root = join(import.meta.dirname, "../../..");
const traces = resolve(root, process.env["GUARD_TRACES"] ?? "../shared/traces");
const labelled = join(traces, "labels.jsonl");
const missing = !existsSync(labelled);

interface Trace {
  readonly run: RecordedRun;
  /** The run has solved its task, and no person says that it looped. */
  readonly isHonest: boolean;
  /** A person says that it looped. */
  readonly isLoop: boolean;
}

/** The traces of each agent, each run once. */
function* agents(): Generator<readonly Trace[]> {
  const labels = new Map<string, string>(
    linesOf(readFileSync(labelled)).map(({ id, label }) => [id, label]),
  );
  for (const name of readdirSync(traces).filter((file) => file.endsWith(".jsonl.gz"))) {
    const byId = new Map<string, Trace>();
    for (const recorded of linesOf(gunzipSync(readFileSync(join(traces, name))))) {
      const isLoop = labels.get(recorded.id)?.startsWith("loop") === true;
      const run = parseRun(JSON.stringify(recorded));
      if (!byId.has(run.id))
        byId.set(run.id, { run, isLoop, isHonest: recorded.outcome === true && !isLoop });
    }
    yield [...byId.values()];
  }
}

const linesOf = (bytes: Buffer) =>
  String(bytes)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Calibrates each agent from one half of its runs, and judges the other half with the defaults and with that config. */
function splitHalves() {
  const count = {
    honest: 0,
    stoppedBefore: 0,
    stoppedAfter: 0,
    loops: 0,
    missedBefore: 0,
    missedAfter: 0,
  };
  for (const all of agents()) {
    for (const half of [0, 1]) {
      const known = all.filter((_, index) => index % 2 === half);
      const others = all.filter((_, index) => index % 2 !== half);
      const idsOf = (is: "isHonest" | "isLoop") =>
        new Set(known.filter((trace) => trace[is]).map(({ run }) => run.id));
      const { config } = calibrate(known, {
        options: {},
        honest: idsOf("isHonest"),
        looped: idsOf("isLoop"),
        minRuns: 20,
        minToolRuns: 5,
      });
      for (const { run, isHonest, isLoop } of others) {
        const before = stopOf(run, {}) !== undefined;
        const after = stopOf(run, config) !== undefined;
        if (isHonest) {
          count.honest += 1;
          if (before) count.stoppedBefore += 1;
          if (after) count.stoppedAfter += 1;
        } else if (before || isLoop) {
          count.loops += 1;
          if (!before) count.missedBefore += 1;
          if (!after) count.missedAfter += 1;
        }
      }
    }
  }
  return count;
}

test.skipIf(missing)(
  `a calibrated config stops no more honest runs of the other half, and misses no more loops${missing ? ` (skipped: ${traces} holds nothing)` : ""}`,
  () => {
    expect(splitHalves()).toEqual({
      honest: 3_883,
      stoppedBefore: 80,
      stoppedAfter: 80,
      loops: 1_017,
      missedBefore: 1,
      missedAfter: 1,
    });
  },
  180_000,
);
