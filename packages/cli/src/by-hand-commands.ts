import { Option } from "commander";
import type { OverrideBreakerOptions } from "./commands/override.ts";
import type { ResetOptions } from "./commands/reset.ts";
import type { MakeCommand } from "./make-command.ts";
import type { Output } from "./output.ts";

const name = [
  "<name>",
  "the name of the breaker: registry.breaker({ name }). guard trips lists it as the run",
] as const;
const by = ["--by <name>", "who decides. Default: your user name on this machine"] as const;
const json = ["--json", "print one JSON object, and nothing else, on standard output"] as const;

/** Adds the commands with which a person decides about a breaker. Each loads its code when it runs. */
export function addByHandCommands(
  command: MakeCommand,
  output: Output,
  end: (code: number) => void,
): void {
  command("reset", "lets the next run of a stopped breaker start, and lifts its overrides", [
    "guard reset nightly-import",
    'guard reset nightly-import --why "the search works again"',
  ])
    .argument(...name)
    .option(...by)
    .option("--why <text>", "the reason, for the ledger", "guard reset")
    .option(...json)
    .action(async (breaker: string, options: ResetOptions) => {
      const { resetBreaker } = await import("./commands/reset.ts");
      end(await resetBreaker(breaker, options, output));
    });

  command("override", "applies your decision to the next runs of a breaker, for a time", [
    'guard override nightly-import --force open --for 2h --why "the search is down"',
    'guard override nightly-import --force closed --for 1h --why "I am watching it"',
    'guard override nightly-import --grant model --times 3 --why "it is almost done"',
    'guard override nightly-import --usd 5 --why "a long night"',
    'guard override nightly-import --allow --times 10 --why "this call may repeat"',
  ])
    .argument(...name)
    .addOption(
      new Option(
        "--force <state>",
        "open: guard refuses every call; closed: every call runs, and no rule and no budget stops it",
      ).choices(["open", "closed"]),
    )
    .option(
      "--allow [signature]",
      "calls with this signature may repeat. Default: the call of the last stop",
    )
    .addOption(
      new Option("--grant <kind>", "calls of this kind run although guard stopped the run").choices(
        ["model", "tool", "delegation"],
      ),
    )
    .option("--times <count>", "how many calls --allow or --grant lets run", "1")
    .option("--usd <amount>", "each run may use so much more than its budget")
    .option("--tokens <count>", "the same, in tokens")
    .option("--model-calls <count>", "the same, in model calls")
    .option("--tool-calls <count>", "the same, in tool calls")
    .option(
      "--account <account>",
      "the account with more budget, such as user:42. Default: the run",
    )
    .option("--for <age>", "how long the decision holds: 30m, 12h, 7d, 2w", "7d")
    .option(...by)
    .requiredOption("--why <text>", "the reason, for the ledger. Required")
    .option(...json)
    .action(async (breaker: string, options: OverrideBreakerOptions) => {
      const { overrideBreaker } = await import("./commands/override.ts");
      end(await overrideBreaker(breaker, options, output));
    });
}
