import { Command, CommanderError, Option } from "commander";
import { presets } from "@guard/core";
import manifest from "../package.json" with { type: "json" };
import { replayFiles, type ReplayOptions } from "./commands/replay.ts";
import { addCalibrateCommand } from "./calibrate-command.ts";
import { addLedgerCommands } from "./ledger-commands.ts";
import { exitCodes } from "./exit-codes.ts";
import { InputError } from "./input-error.ts";
import { hasReaderLeft, processOutput, type Output } from "./output.ts";

const mainHelp = `
Examples:
  guard runs --since 7d           what your agents did
  guard report nightly-import     why guard stopped a run, and each of its calls
  guard reset nightly-import      lets the next run of a stopped breaker start
  guard verify                    whether the ledger is whole
  guard replay runs.jsonl         what guard would have done in recorded runs
  guard calibrate runs.jsonl      options for your agent, from recorded runs

guard COMMAND --help shows examples of one command.`;

const replayHelp = `
Examples:
  guard replay runs.jsonl                              a table for people
  guard replay runs.jsonl --preset strict              judged with lower thresholds
  guard replay runs.jsonl --config guard.config.mts    judged with your own options
  guard replay *.jsonl.gz --json > results.jsonl       for programs
  guard replay .guard/runs*.jsonl.gz                   the files that recordTo has written
  cat runs.jsonl | guard replay -                      from standard input

A run is one line of JSON: {"id":"r1","events":[{"type":"tool","tool":"search","args":{"q":"x"}}]}`;

const exitCodesHelp = `
Exit codes:
  0  guard read everything
  1  guard itself failed
  2  an option, a file or a line is wrong; guard still judged all other lines`;

/**
 * Runs the command `guard` inside a program. Never exits the process and never throws.
 *
 * @param args the arguments, without `node` and the script
 * @param output where results and errors go. Default: standard output and standard error of the process
 * @returns the exit code. 0: guard did what you asked for. 1: guard itself failed. 2: an option, a file or a line is wrong, or the
 *   ledger has a fault. 130: Ctrl-C stopped the check of a ledger
 *
 * @example
 * process.exitCode = await runCli(["replay", "runs.jsonl", "--json"]);
 */
export async function runCli(
  args: readonly string[],
  output: Output = processOutput,
): Promise<number> {
  let code: number = exitCodes.ok;
  let said = "";
  const program = new Command("guard")
    .description("Circuit breakers for AI agents.")
    .showHelpAfterError("(guard --help lists the commands; guard COMMAND --help shows examples)")
    .version(manifest.version)
    .addHelpText("after", mainHelp)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        said += text;
      },
      writeErr: (text) => output.err(text),
    });
  program
    .command("replay")
    .description("judges recorded runs: at which call would guard have warned, refused or stopped?")
    .argument(
      "<file...>",
      "recorded runs, one JSON object a line, plain or gzip; - is standard input",
    )
    .option(
      "--config <file>",
      "options of @guard/core: a .json file, or a module with a default export",
    )
    .addOption(
      new Option("--preset <name>", "thresholds; wins over the preset of --config").choices(
        Object.keys(presets),
      ),
    )
    .option("--json", "print one JSON object a run, and nothing else, on standard output")
    .addHelpText("after", replayHelp + "\n" + exitCodesHelp)
    .action(async (files: string[], options: ReplayOptions) => {
      code = await replayFiles(files, options, output);
    });
  const end = (given: number) => {
    code = given;
  };
  addCalibrateCommand(program, output, end);
  addLedgerCommands(program, output, end);
  try {
    try {
      await program.parseAsync([...args], { from: "user" });
    } finally {
      // Commander does not wait for its writes, so guard passes them on at the end.
      if (said !== "") await output.out(said);
    }
    return code;
  } catch (error) {
    return failed(error, output);
  }
}

function failed(error: unknown, output: Output): number {
  if (hasReaderLeft(error)) return exitCodes.ok;
  // Commander has printed the error already. Help and version are no errors.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongInput;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const isInput = error instanceof InputError;
  output.err(isInput ? `${message}\n` : `guard: ${message}\n`);
  if (process.env["GUARD_DEBUG"]) output.err(`${originOf(error)?.stack ?? stack}\n`);
  return isInput ? exitCodes.wrongInput : exitCodes.fault;
}

/** The last cause in a chain of causes. */
function originOf(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  return originOf(error.cause) ?? error;
}
