import type { Verification } from "@guard/ledger-sqlite";
import { counted } from "../counted.ts";
import { exitCodes } from "../exit-codes.ts";
import { openLedgerFile, type LedgerOptions } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { paintOf, type Paint } from "../paint.ts";
import { verifyApart } from "./verify-apart.ts";

export interface VerifyOptions extends LedgerOptions {
  readonly key?: string;
}

/** `guard verify`: checks every entry and checkpoint of a ledger. */
export async function verifyFile(
  { db, key, json }: VerifyOptions,
  output: Output,
): Promise<number> {
  // A wrong file or key is an error of the input. The thread below would report it as an error of guard.
  (await openLedgerFile(db, key)).close();
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  let reached = { done: 0, all: 0 };
  try {
    const found = await verifyApart({ file: db, key }, stop.signal, (progress) => {
      reached = progress;
      if (output.showsProgress) output.err(`\rguard verify: ${shownProgress(progress)}`);
    });
    if (output.showsProgress && reached.done > 0) output.err("\n");
    if (found === undefined) {
      output.err(`You stopped the check: ${shownProgress(reached)}. Run it again to check all.\n`);
      return exitCodes.interrupted;
    }
    const isWhole = found.faults.length === 0;
    const signatures = key !== undefined && found.checkpoints > 0;
    await output.out(
      json
        ? `${JSON.stringify({ ok: isWhole, ...found, checkedSignatures: signatures })}\n`
        : renderVerification(db, found, signatures, paintOf(output)),
    );
    return isWhole ? exitCodes.ok : exitCodes.wrongInput;
  } finally {
    process.off("SIGINT", interrupt);
  }
}

function shownProgress({ done, all }: { readonly done: number; readonly all: number }): string {
  if (all === 0) return "fewer than 10000 entries checked";
  return `${done} of ${all} entries checked (${Math.floor((100 * done) / all)} %)`;
}

/** The result of a check, for people. */
function renderVerification(
  file: string,
  { entries, dropped, uncovered, checkpoints, faults }: Verification,
  checkedSignatures: boolean,
  paint: Paint,
): string {
  const lines = [
    ...faults.map(({ seq, fault }) => paint("red", `entry ${seq}: ${fault}`)),
    faults.length === 0
      ? `${file} is ${paint("green", "whole")}: ${counted(entries, "entry", "entries")}, ${counted(checkpoints, "checkpoint")}.`
      : `${file} has ${counted(faults.length, "fault")} in ${counted(entries, "entry", "entries")}. Don't trust the entries named above. Compare the file with a backup.`,
    coverage(checkpoints, uncovered),
  ];
  if (dropped > 0) {
    lines.push(
      `${counted(dropped, "older entry", "older entries")} had a checkpoint and were dropped.`,
    );
  }
  if (checkpoints > 0 && !checkedSignatures) {
    lines.push("guard did not check signatures. Name the key: --key FILE, or GUARD_LEDGER_KEY.");
  }
  return `${lines.join("\n")}\n`;
}

function coverage(checkpoints: number, uncovered: number): string {
  if (checkpoints === 0) {
    return `No checkpoint covers the ${counted(uncovered, "entry", "entries")}: guard can't see whether entries were cut off the end. Sign checkpoints: sqlite(file, { key }).`;
  }
  if (uncovered === 0) return "A checkpoint covers every entry.";
  return `No checkpoint covers the last ${counted(uncovered, "entry", "entries")} yet. The next one follows at the end of a run.`;
}
