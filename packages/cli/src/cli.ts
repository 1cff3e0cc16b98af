import { Command, CommanderError, Option } from "commander";
import { presets } from "@guard/core";
import manifest from "../package.json" with { type: "json" };
import { replayFiles, type ReplayOptions } from "./commands/replay.ts";
import { exitCodes, InputError } from "./exit-codes.ts";
import { processOutput, type Output } from "./output.ts";

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
  const program = new Command("guard")
    .description("Circuit breakers for AI agents.")
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void output.out(text),
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
    .addHelpText(
      "after",
      "\nExit codes: 0 all read; 2 something given was wrong; 1 a fault of guard.",
    )
    .action(async (files: string[], options: ReplayOptions) => {
      code = await replayFiles(files, options, output);
    });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return failed(error, output);
  }
}

function failed(error: unknown, output: Output): number {
  // Commander has said what is wrong already; help and version are no faults.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongInput;
  if (error instanceof InputError) {
    output.err(`${error.message}\n`);
    return exitCodes.wrongInput;
  }
  const text = error instanceof Error ? error : new Error(String(error));
  output.err(`guard: ${process.env["GUARD_DEBUG"] ? text.stack : text.message}\n`);
  return exitCodes.fault;
}
