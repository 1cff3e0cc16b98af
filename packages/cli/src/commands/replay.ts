import type { GuardOptions } from "@guard/core";
import { parseRun, RecordingError, replay, type ReplayResult } from "@guard/core/replay";
import { exitCodes, InputError } from "../exit-codes.ts";
import { loadConfig } from "../load-config.ts";
import type { Output } from "../output.ts";
import { readLines } from "../read-lines.ts";
import { renderReplay } from "../render-replay.ts";

export interface ReplayOptions {
  readonly config?: string;
  readonly preset?: GuardOptions["preset"];
  readonly json?: true;
}

/** `guard replay`: every run of every file, whatever is wrong with its neighbours. */
export async function replayFiles(
  files: readonly string[],
  { config, preset, json }: ReplayOptions,
  output: Output,
): Promise<number> {
  const options = await loadConfig(config, preset);
  const results: ReplayResult[] = [];
  let isAllRight = true;
  const complain = (fault: string) => {
    isAllRight = false;
    output.err(`${fault}\n`);
  };
  for (const file of files) {
    for await (const result of replayFile(file, options, complain)) {
      if (json) await output.out(`${JSON.stringify(result)}\n`);
      else results.push(result);
    }
  }
  if (!json && results.length > 0) await output.out(renderReplay(results));
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
      try {
        yield replay(parseRun(line), options);
      } catch (error) {
        if (!(error instanceof RecordingError)) throw error;
        complain(`${file}:${number}: ${error.message}`);
      }
    }
    if (runs === 0) complain(`${file}: holds no runs`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    complain(error.message);
  }
}
