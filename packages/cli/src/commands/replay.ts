import type { GuardOptions } from "@guard/core";
import { replay, type RecordedRun, type ReplayResult } from "@guard/core/replay";
import { counted } from "../counted.ts";
import { exitCodes } from "../exit-codes.ts";
import { loadConfig } from "../load-config.ts";
import type { Output } from "../output.ts";
import { paintOf } from "../paint.ts";
import { oneRunALine, readRuns } from "../read-runs.ts";
import { ReplayReport } from "../replay-report.ts";

export interface ReplayOptions {
  readonly config?: string;
  readonly preset?: GuardOptions["preset"];
  readonly json?: true;
}

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
  for await (const { run, at } of readRuns(files, { complain, skip })) {
    const result = replayRun(run, options, at);
    if (json) await output.out(`${JSON.stringify(result)}\n`);
    else report.add(result);
  }
  if (report.runs > 0) await output.out(report.render(paintOf(output)));
  if (wrongLines > 0) output.err(`guard skipped ${counted(wrongLines, "line")}. ${oneRunALine}\n`);
  return isAllRight ? exitCodes.ok : exitCodes.wrongInput;
}

function replayRun(run: RecordedRun, options: GuardOptions, at: string): ReplayResult {
  try {
    return replay(run, options);
  } catch (error) {
    throw new Error(`${at}: ${(error as Error).message}`, { cause: error });
  }
}
