import { Command, CommanderError, Option } from "commander";
import { presets } from "@guard/core";
import manifest from "../package.json" with { type: "json" };
import { replayFiles, type ReplayOptions } from "./commands/replay.ts";
import { exitCodes } from "./exit-codes.ts";
import { InputError } from "./input-error.ts";
import { hasReaderLeft, processOutput, type Output } from "./output.ts";

const exitCodesHelp = `
Exit codes:
  0  everything was read
  1  a fault of guard's own
  2  something given is wrong: an option, a file, a line; what was right still counts`;

/**
 * Runs a command line and answers its exit code: 0 when everything was read, 2 when something given was
 * wrong, 1 for a fault of guard's own. Never exits the process and never throws.
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
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        said += text;
      },
      writeErr: (text) => output.err(text),
    });
  program
    .command("replay")
    .description("judges recorded runs with a configuration: where would each have been stopped?")
    .argument(
      "<file...>",
      "recorded runs, one JSON object a line, plain or gzip; - reads standard input",
    )
    .option("--config <file>", "options as JSON, or a module that exports them as default")
    .addOption(
      new Option("--preset <name>", "thresholds to judge by").choices(Object.keys(presets)),
    )
    .option("--json", "one JSON object a run on standard output, and nothing else")
    .addHelpText("after", exitCodesHelp)
    .action(async (files: string[], options: ReplayOptions) => {
      code = await replayFiles(files, options, output);
    });
  try {
    try {
      await program.parseAsync([...args], { from: "user" });
    } finally {
      // Commander writes without waiting: what it said is handed on when it is done.
      if (said !== "") await output.out(said);
    }
    return code;
  } catch (error) {
    return failed(error, output);
  }
}

function failed(error: unknown, output: Output): number {
  if (hasReaderLeft(error)) return exitCodes.ok;
  // Commander has said what is wrong already; help and version are no faults.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongInput;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const isInput = error instanceof InputError;
  output.err(isInput ? `${message}\n` : `guard: ${message}\n`);
  if (process.env["GUARD_DEBUG"]) output.err(`${originOf(error)?.stack ?? stack}\n`);
  return isInput ? exitCodes.wrongInput : exitCodes.fault;
}

/** The first error of a chain of causes. */
function originOf(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  return originOf(error.cause) ?? error;
}
