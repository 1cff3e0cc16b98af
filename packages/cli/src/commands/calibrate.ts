import type { GuardOptions } from "@guard/core";
import { calibrate, type CalibrationRun } from "../calibrate/calibrate.ts";
import { ledgerRuns } from "../calibrate/ledger-runs.ts";
import { renderCalibration } from "../calibrate/render-calibration.ts";
import { renderConfig } from "../calibrate/render-config.ts";
import { counted } from "../counted.ts";
import { exitCodes } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { loadConfig } from "../load-config.ts";
import { openLedgerFile } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { printable } from "../printable.ts";
import { oneRunALine, readRuns } from "../read-runs.ts";
import { parseSince } from "../since.ts";
import { widestName } from "../shown.ts";

export interface CalibrateOptions {
  readonly db?: string;
  readonly since?: string;
  readonly config?: string;
  readonly preset?: GuardOptions["preset"];
  readonly honest?: readonly string[];
  readonly looped?: readonly string[];
  readonly minRuns: string;
  readonly minToolRuns: string;
  readonly json?: true;
}

/** guard shows its progress after so many runs. */
const progressEvery = 500;

/** `guard calibrate`: proposes options from recorded runs, or from a ledger. */
export async function calibrateRuns(
  files: readonly string[],
  given: CalibrateOptions,
  output: Output,
): Promise<number> {
  const { db, since, config, preset, json } = given;
  if (files.length > 0 === (db !== undefined)) {
    const hint = (given.honest ?? given.looped) ? ". Name FILES before --honest and --looped" : "";
    throw new InputError(
      `guard calibrate reads recorded runs or a ledger: name FILES, or --db FILE${hint}`,
    );
  }
  if (since !== undefined && db === undefined) {
    throw new InputError("--since: only a ledger has dates. Name it with --db FILE");
  }
  const minRuns = countFrom(given.minRuns, "--min-runs");
  const minToolRuns = countFrom(given.minToolRuns, "--min-tool-runs");
  const options = await loadConfig(config, preset);
  const progress = progressOn(output);
  const { runs, isAllRight } =
    db === undefined
      ? await runsOfFiles(files, output, progress.read)
      : { runs: await runsOfLedger(db, since, progress.read), isAllRight: true };
  const [honest, looped] = [new Set(given.honest), new Set(given.looped)];
  checkIds(runs, honest, looped);
  const found = calibrate(runs, {
    options,
    honest,
    looped,
    minRuns,
    minToolRuns,
    progress: progress.judged,
  });
  progress.end();
  if (json) await output.out(`${JSON.stringify(found)}\n`);
  else {
    output.err(`${renderCalibration(found)}\n`);
    await output.out(renderConfig(found));
  }
  return isAllRight ? exitCodes.ok : exitCodes.wrongInput;
}

async function runsOfFiles(
  files: readonly string[],
  output: Output,
  read: (count: number) => void,
): Promise<{ readonly runs: readonly CalibrationRun[]; readonly isAllRight: boolean }> {
  const runs: CalibrationRun[] = [];
  let [isAllRight, wrongLines] = [true, 0];
  const complain = (fault: string) => {
    isAllRight = false;
    output.err(`${fault}\n`);
  };
  const skip = (fault: string) => {
    wrongLines += 1;
    complain(fault);
  };
  for await (const { run } of readRuns(files, { complain, skip })) {
    runs.push({ run });
    read(runs.length);
  }
  if (wrongLines > 0) output.err(`guard skipped ${counted(wrongLines, "line")}. ${oneRunALine}\n`);
  if (runs.length === 0) throw new InputError("There is no run to calibrate from");
  return { runs, isAllRight };
}

async function runsOfLedger(
  db: string,
  since: string | undefined,
  read: (count: number) => void,
): Promise<readonly CalibrationRun[]> {
  const ledger = await openLedgerFile(db);
  try {
    const runs: CalibrationRun[] = [];
    for (const { run: id } of ledger.runs({ since: parseSince(since, Date.now()) })) {
      const entries = ledger.rows(id).map(({ entry }) => entry);
      for (const run of ledgerRuns(id, entries)) {
        runs.push(run);
        read(runs.length);
      }
    }
    const when = since === undefined ? "" : ` since ${since}`;
    if (runs.length === 0) throw new InputError(`${db} has no runs with calls${when}`);
    return runs;
  } finally {
    ledger.close();
  }
}

/** An id that no run has is a slip of the pen. */
function checkIds(
  runs: readonly CalibrationRun[],
  honest: ReadonlySet<string>,
  looped: ReadonlySet<string>,
): void {
  const known = new Set(runs.map(({ run }) => run.id));
  const faults = [
    ...[...honest].filter((id) => !known.has(id)).map((id) => `--honest: ${noRun(id)}`),
    ...[...looped].filter((id) => !known.has(id)).map((id) => `--looped: ${noRun(id)}`),
    ...[...honest]
      .filter((id) => looped.has(id))
      .map(
        (id) => `--honest, --looped: ${JSON.stringify(printable(id, widestName))} can't be both`,
      ),
  ];
  if (faults.length > 0) throw new InputError(faults.join("\n"));
}

function noRun(id: string): string {
  return `there is no run ${JSON.stringify(printable(id, widestName))}. guard replay lists the runs that guard would change`;
}

function countFrom(text: string, option: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InputError(
    `${option}: expected a whole number from 1 on, received ${JSON.stringify(text)}`,
  );
}

/** One line on a terminal that tells how far the work has come. */
function progressOn(output: Output) {
  let isShown = false;
  const show = (text: string) => {
    if (output.showsProgress !== true) return;
    isShown = true;
    output.err(`\rguard calibrate: ${text}`);
  };
  return {
    read: (count: number) => {
      if (count % progressEvery === 0) show(`${count} runs read`);
    },
    judged: (done: number, all: number) => {
      if (done > 0 && done % progressEvery === 0) show(`${done} of ${all} runs judged`);
    },
    end: () => {
      if (isShown) output.err("\n");
    },
  };
}
