import { presets } from "@guard/core";
import { Option, type Command } from "commander";
import type { CalibrateOptions } from "./commands/calibrate.ts";
import type { Output } from "./output.ts";

const help = `
Examples:
  guard calibrate .guard/runs*.jsonl.gz > guard.config.mts    the config; the report goes to the terminal
  guard calibrate runs.jsonl --honest r7 r9                   you have judged two runs that guard would stop
  guard calibrate --db .guard/ledger.db --since 30d           budgets from a ledger
  guard calibrate runs.jsonl --json | jq .toJudge             for programs

Record the runs in the mode "observe": guard then refuses nothing, and runs use what they need.

Exit codes:
  0  guard read everything
  1  guard itself failed
  2  an option, a file or a line is wrong; guard still reads all other lines`;

/** Adds the command that proposes options from runs. */
export function addCalibrateCommand(
  program: Command,
  output: Output,
  end: (code: number) => void,
): void {
  program
    .command("calibrate")
    .description(
      "proposes budgets, tool policies and thresholds from runs; prints a config to paste",
    )
    .argument("[file...]", "recorded runs, plain or gzip; - is standard input")
    .option("--db <file>", "read a ledger in place of recorded runs: for budgets only")
    .option(
      "--since <when>",
      "of a ledger: an age (30m, 12h, 7d, 2w) or a date in UTC (2026-11-29)",
    )
    .option("--honest <run...>", "runs that guard would stop, and that did honest work")
    .option("--looped <run...>", "runs that looped")
    .option("--min-runs <count>", "how many honest runs a budget needs", "20")
    .option("--min-tool-runs <count>", "how many runs must show how a tool behaves", "5")
    .option("--config <file>", "judge the runs by these options: a .json file, or a module")
    .addOption(
      new Option("--preset <name>", "thresholds; wins over the preset of --config").choices(
        Object.keys(presets),
      ),
    )
    .option("--json", "print one JSON object, and nothing else, on standard output")
    .addHelpText("after", help)
    .action(async (files: string[], options: CalibrateOptions) => {
      const { calibrateRuns } = await import("./commands/calibrate.ts");
      end(await calibrateRuns(files, options, output));
    });
}
