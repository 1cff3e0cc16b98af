import type { GuardOptions } from "@guard/core";
import { parseRun, RecordingError, replay, type ReplayResult } from "@guard/core/replay";
import { exitCodes } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { loadConfig } from "../load-config.ts";
import type { Output } from "../output.ts";
import { printable } from "../printable.ts";
import { readLines } from "../read-lines.ts";
import { ReplayReport } from "../replay-report.ts";

export interface ReplayOptions {
  readonly config?: string;
  readonly preset?: GuardOptions["preset"];
  readonly json?: true;
}

/** A fault may quote what was received: of that, so much. */
const longestFault = 500;

/** `guard replay`: every run of every file, even if its neighbours are faulty. */
export async function replayFiles(
  files: readonly string[],
  { config, preset, json }: ReplayOptions,
  output: Output,
): Promise<number> {
  const options = await loadConfig(config, preset);
  const report = new ReplayReport();
  let isAllRight = true;
  const complain = (fault: string) => {
    isAllRight = false;
    output.err(`${fault}\n`);
  };
  for (const file of files) {
    for await (const result of replayFile(file, options, complain)) {
      if (json) await output.out(`${JSON.stringify(result)}\n`);
      else report.add(result);
    }
  }
  if (report.runs > 0) await output.out(report.render());
  return isAllRight ? exitCodes.ok : exitCodes.wrongInput;
}

async function* replayFile(
  file: string,
  options: GuardOptions,
  complain: (fault: string) => void,
): AsyncGenerator<ReplayResult> {
  let number = 0;
  let runs = 0;
  try {
    for await (const line of readLines(file)) {
      number += 1;
      if (line.trim() === "") continue;
      runs += 1;
      const result = replayLine(line, options, `${file}:${number}`);
      if (typeof result === "string") complain(result);
      else yield result;
    }
    if (runs === 0) complain(`${file}: holds no runs`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    complain(error.message);
  }
}

/** What replaying a line comes to, or what is wrong with the line. */
function replayLine(line: string, options: GuardOptions, where: string): ReplayResult | string {
  try {
    return replay(parseRun(line), options);
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof RecordingError) return `${where}: ${printable(message, longestFault)}`;
    throw new Error(`${where}: ${message}`, { cause: error });
  }
}
