import { Option, type Command } from "commander";
import type { ExportOptions } from "./commands/export.ts";
import type { RunsOptions } from "./commands/runs.ts";
import type { TripsOptions } from "./commands/trips.ts";
import type { VerifyOptions } from "./commands/verify.ts";
import type { LedgerOptions } from "./open-ledger-file.ts";
import { exitCodesHelp } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { addByHandCommands } from "./by-hand-commands.ts";
import type { MakeCommand } from "./make-command.ts";
import { addSessionCommands } from "./session-commands.ts";

/** Where a registry writes its ledger unless you name another file. */
const defaultFile = ".guard/ledger.db";

const json = () =>
  new Option("--json", "print one JSON object a line, and nothing else, on standard output");
const since = () =>
  new Option(
    "--since <when>",
    "an age (30m, 12h, 7d, 2w) or a date in UTC (2026-11-29, 2026-11-29T08:00)",
  );

/** Adds the commands that read or write a ledger. Each loads its code when it runs. */
export function addLedgerCommands(
  program: Command,
  output: Output,
  end: (code: number) => void,
): void {
  const command: MakeCommand = (name, description, examples) =>
    program
      .command(name)
      .description(description)
      .option("--db <file>", "the ledger", defaultFile)
      .addHelpText("after", `\nExamples:\n  ${examples.join("\n  ")}\n${exitCodesHelp}`);
  command("runs", "lists the runs, the newest first: calls, tokens, USD and how each one ended", [
    "guard runs                    the last 20 runs",
    "guard runs --since 7d         what ran in the last seven days",
    "guard runs --json | jq .run   for programs",
  ])
    .addOption(since())
    .option("--limit <count>", "the most runs to list", "20")
    .addOption(json())
    .action(async (options: RunsOptions) => {
      const { listRuns } = await import("./commands/runs.ts");
      end(await listRuns(options, output));
    });

  command(
    "trips",
    "lists the trips, the oldest first: why guard stopped a run, and what the loop cost",
    ["guard trips --since 12h", "guard trips --json > trips.jsonl"],
  )
    .addOption(since())
    .addOption(json())
    .action(async (options: TripsOptions) => {
      const { listTrips } = await import("./commands/trips.ts");
      end(await listTrips(options, output));
    });

  command(
    "report",
    "tells what happened in a run: why guard stopped it, what the loop cost, and each call",
    ["guard report nightly-import", "guard report run-we7pgsl5m7 --json"],
  )
    .argument("<run>", "the breaker's name or id. guard runs lists them")
    .addOption(json())
    .action(async (run: string, options: LedgerOptions) => {
      const { reportRun } = await import("./commands/report.ts");
      end(await reportRun(run, options, output));
    });

  command("budget", "lists the accounts: what each has spent and holds, window by window", [
    "guard budget",
    "guard budget --json | jq 'select(.account == \"user:42\")'",
  ])
    .addOption(json())
    .action(async (options: LedgerOptions) => {
      const { listAccounts } = await import("./commands/budget.ts");
      end(await listAccounts(options, output));
    });

  command("verify", "checks whether an entry of the ledger was changed, removed or cut off", [
    "guard verify",
    "guard verify --key guard.pem    checks the signatures of checkpoints, too",
  ])
    .addOption(
      new Option("--key <file>", "the Ed25519 key of the checkpoints, as PEM").env(
        "GUARD_LEDGER_KEY",
      ),
    )
    .addOption(json())
    .action(async (options: VerifyOptions) => {
      const { verifyFile } = await import("./commands/verify.ts");
      end(await verifyFile(options, output));
    });

  command("export", "prints the entries of the ledger, the oldest first, for other programs", [
    "guard export > ledger.jsonl",
    "guard export --format csv --since 7d > week.csv",
    "guard export --run nightly-import | jq .type",
  ])
    .addOption(
      new Option(
        "--format <format>",
        "jsonl: every field; csv: one column a field, for spreadsheets",
      )
        .choices(["jsonl", "csv"])
        .default("jsonl"),
    )
    .option("--run <run>", "only the entries of this run")
    .addOption(since())
    .action(async (options: ExportOptions) => {
      const { exportEntries } = await import("./commands/export.ts");
      end(await exportEntries(options, output));
    });

  addByHandCommands(command, output, end);
  addSessionCommands(command, output, end);
}
