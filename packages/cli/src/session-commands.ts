import type { AttestSessionOptions } from "./commands/attest.ts";
import type { ReviewOptions } from "./commands/review.ts";
import type { SpecOptions } from "./commands/spec.ts";
import type { MakeCommand } from "./make-command.ts";
import type { Output } from "./output.ts";

const json = ["--json", "print one JSON object, and nothing else, on standard output"] as const;
const session = ["<session>", "the session of the runs: accounts.session"] as const;

/** Adds the commands for the people who define when work is done, and attest it. */
export function addSessionCommands(
  command: MakeCommand,
  output: Output,
  end: (code: number) => void,
): void {
  command("spec", "asks three questions that define when the work of a session is done", [
    "guard spec audit-7                     asks on the terminal",
    "guard spec audit-7 --file spec.json    takes the answers from a file",
    'guard spec audit-7 --does "audits one page" --does-not "change the page" --done "the report names every missing title"',
    "",
    'A file is one JSON object: {"does":"…","doesNot":"…","done":"…"}',
  ])
    .argument(...session)
    .option("--does <text>", "what the work does")
    .option("--does-not <text>", "what the work does not do")
    .option("--done <text>", "what done looks like, in one sentence of five words or more")
    .option("--file <file>", "the answers, as JSON; an answer in an option wins")
    .option(...json)
    .action(async (name: string, options: SpecOptions) => {
      const { writeSpec } = await import("./commands/spec.ts");
      end(await writeSpec(name, options, output));
    });

  command("review", "shows what the ledger holds about a session: promise, evidence, open points", [
    "guard review audit-7",
    "guard review audit-7 --html > review.html    one page for a browser",
    "guard review audit-7 --json | jq .hash       the hash that an attestation names",
  ])
    .argument(...session)
    .option("--html", "print one HTML page")
    .option(...json)
    .action(async (name: string, options: ReviewOptions) => {
      const { reviewSession } = await import("./commands/review.ts");
      end(await reviewSession(name, options, output));
    });

  command("attest", "writes a receipt: a reviewer has read the review of a session", [
    "guard attest audit-7 --reviewer Ada",
    'guard attest audit-7 --reviewer Ada --notes "I read every row."',
    "guard attest audit-7 --reviewer Ada --frame HASH    only if the review is still the same",
  ])
    .argument(...session)
    .requiredOption("--reviewer <name>", "who has read the review")
    .option("--notes <text>", "what the reviewer wants to say")
    .option("--frame <hash>", "the hash of the review that the reviewer has read")
    .option(...json)
    .action(async (name: string, options: AttestSessionOptions) => {
      const { attestSession } = await import("./commands/attest.ts");
      end(await attestSession(name, options, output));
    });
}
