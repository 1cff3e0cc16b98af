import type { GuardOptions } from "@guard/core";
import { parseRun, RecordingError, replay, type ReplayResult } from "@guard/core/replay";
import { counted } from "../counted.ts";
import { exitCodes } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { loadConfig } from "../load-config.ts";
import type { Output } from "../output.ts";
import { paintOf } from "../paint.ts";
import { printable } from "../printable.ts";
import { readLines } from "../read-lines.ts";
import { ReplayReport } from "../replay-report.ts";

export interface ReplayOptions {
  readonly config?: string;
  readonly preset?: GuardOptions["preset"];
  readonly json?: true;
}

/** A fault may quote the input: at most so many characters of it. */
const longestFault = 500;

/** `guard replay`: judges every run of every file. A wrong line or file does not stop the others. */
export async function replayFiles(
  files: readonly string[],
  { config, preset, json }: ReplayOptions,
  output: Output,
): Promise<number> {
  const options = await loadConfig(config, preset);
  const report = new ReplayReport();
  let isAllRight = true;
  let wrongLines = 0;
  const complain = (fault: string) => {
    isAllRight = false;
    output.err(`${fault}\n`);
  };
  const skip = (fault: string) => {
    wrongLines += 1;
    complain(fault);
  };
  for (const file of files) {
    for await (const result of replayFile(file, options, complain, skip)) {
      if (json) await output.out(`${JSON.stringify(result)}\n`);
      else report.add(result);
    }
  }
  if (report.runs > 0) await output.out(report.render(paintOf(output)));
  if (wrongLines > 0) output.err(`guard skipped ${counted(wrongLines, "line")}. ${oneRunALine}\n`);
  return isAllRight ? exitCodes.ok : exitCodes.wrongInput;
}

const oneRunALine =
  'Write each run as one line of JSON: {"id":"r1","events":[{"type":"tool","tool":"search","args":{"q":"x"}}]}. ' +
  "If a run spreads over several lines, join them: jq -c . runs.json > runs.jsonl";

async function* replayFile(
  file: string,
  options: GuardOptions,
  complain: (fault: string) => void,
  skip: (fault: string) => void,
): AsyncGenerator<ReplayResult> {
  let number = 0;
  let runs = 0;
  try {
    for await (const line of readLines(file)) {
      number += 1;
      if (line.trim() === "") continue;
      runs += 1;
      const result = replayLine(line, options, `${file}:${number}`);
      if (typeof result === "string") skip(result);
      else yield result;
    }
    if (runs === 0) complain(`${file}: has no runs. ${oneRunALine}`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    complain(error.message);
  }
}

/** The result of replaying a line, or the fault of the line. */
function replayLine(line: string, options: GuardOptions, where: string): ReplayResult | string {
  try {
    return replay(parseRun(line), options);
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof RecordingError) return `${where}: ${printable(message, longestFault)}`;
    throw new Error(`${where}: ${message}`, { cause: error });
  }
}
