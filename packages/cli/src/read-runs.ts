import { RecordingError, RunCollector, type RecordedRun } from "@guard/core/replay";
import { InputError } from "./input-error.ts";
import { printable } from "./printable.ts";
import { readLines } from "./read-lines.ts";

/** What to do with what can't be read. */
interface Faults {
  /** A file is missing, empty or damaged. */
  readonly complain: (fault: string) => void;
  /** guard skips a wrong line. */
  readonly skip: (fault: string) => void;
}

/** A recorded run, and the file and line that it ended on. */
export interface FoundRun {
  readonly run: RecordedRun;
  readonly at: string;
}

/** A fault may quote the input: at most so many characters of it. */
const longestFault = 500;

export const oneRunALine: string =
  'Write each run as one line of JSON: {"id":"r1","events":[{"type":"tool","tool":"search","args":{"q":"x"}}]}. ' +
  "If a run spreads over several lines, join them: jq -c . runs.json > runs.jsonl";

/** How every SQLite file begins. */
const ledgerStart = "SQLite format 3\0";
const isLedger =
  "is a ledger, and has no recorded runs. guard calibrate --db FILE reads it. guard replay needs the file of recordTo";

/**
 * The runs of all files, in their order. A run whose events the recorder wrote one by one comes when its end was read;
 * without an end, after all files. A wrong line or file does not stop the others.
 */
export async function* readRuns(
  files: readonly string[],
  { complain, skip }: Faults,
): AsyncGenerator<FoundRun> {
  const collector = new RunCollector();
  for (const file of files) {
    let number = 0;
    let lines = 0;
    try {
      for await (const line of readLines(file, complain)) {
        number += 1;
        if (number === 1 && line.startsWith(ledgerStart))
          throw new InputError(`${file}: ${isLedger}`);
        if (line.trim() === "") continue;
        lines += 1;
        const at = `${file}:${number}`;
        const run = take(collector, line, (fault) => skip(`${at}: ${fault}`));
        if (run !== undefined) yield { run, at };
      }
      if (lines === 0) complain(`${file}: has no runs. ${oneRunALine}`);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      complain(error.message);
    }
  }
  for (const run of collector.rest()) yield { run, at: files.at(-1) ?? "" };
}

function take(
  collector: RunCollector,
  line: string,
  skip: (fault: string) => void,
): RecordedRun | undefined {
  try {
    return collector.take(line);
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    skip(printable(error.message, longestFault));
    return undefined;
  }
}
