// What a ledger of a million entries costs: `npm run bench:ledger [-- --entries 100000]`. Each entry is appended by itself,
// as guard does. A time of a reader is the median of 9.
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { sqlite, type LedgerFile } from "@guard/ledger-sqlite";
import { entriesOfRun, ledgerEntries, nameOf, timeOf } from "./ledger-entries.ts";
import { median } from "./median.ts";

const { values: options } = parseArgs({
  options: { entries: { type: "string", default: "1000000" } },
});
const many = Number(options.entries);
const few = 1_000;

const folder = mkdtempSync(join(tmpdir(), "guard-ledger-"));
const key = generateKeyPairSync("ed25519")
  .privateKey.export({ format: "pem", type: "pkcs8" })
  .toString();

/** A ledger of so many entries, and how long it took to write it. */
function write(count: number): { ledger: LedgerFile; file: string; seconds: number } {
  const file = join(folder, `${count}.db`);
  const { ledger } = sqlite(file, { key });
  const begun = performance.now();
  for (const entry of ledgerEntries(count)) ledger.append([entry]);
  return { ledger, file, seconds: (performance.now() - begun) / 1_000 };
}

/** How long a reader takes, in milliseconds. */
function timed(read: () => unknown): number {
  const times = Array.from({ length: 9 }, () => {
    const begun = performance.now();
    read();
    return performance.now() - begun;
  });
  return median(times);
}

const say = (what: string, figure: string) =>
  console.log(`${what.padEnd(44)} ${figure.padStart(16)}`);
const ms = (figure: number) => `${figure.toFixed(2)} ms`;
const counted = (figure: number) => Math.round(figure).toLocaleString("en");

try {
  const small = write(few);
  const rowsIn = (ledger: LedgerFile, count: number) =>
    timed(() => ledger.rows(nameOf(Math.floor(count / entriesOfRun / 2))));
  rowsIn(small.ledger, few); // warms up
  const inFew = rowsIn(small.ledger, few);
  small.ledger.close();

  const { ledger, file, seconds } = write(many);
  const runs = many / entriesOfRun;
  const lastDay = timeOf(runs) - 86_400_000;
  say("entries", counted(many));
  say("append, one entry each", `${counted(many / seconds)} / s`);
  say("size of the file", `${(statSync(file).size / 1e6).toFixed(0)} MB`);
  const inMany = rowsIn(ledger, many);
  say(`rows of one run among ${counted(few)}`, ms(inFew));
  say(`rows of one run among ${counted(many)}`, `${ms(inMany)} (${(inMany / inFew).toFixed(2)} x)`);
  say("the last 50 runs", ms(timed(() => ledger.runs({ limit: 50 }))));
  say(`all ${counted(runs)} runs`, ms(timed(() => ledger.runs())));
  say("trips of the last day", ms(timed(() => ledger.trips({ since: lastDay }))));
  say(`all ${counted(ledger.trips().length)} trips`, ms(timed(() => ledger.trips())));
  const begun = performance.now();
  const { faults } = ledger.verify();
  if (faults.length > 0) throw new Error(faults[0]!.fault);
  say("verify", `${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  ledger.close();
} finally {
  rmSync(folder, { recursive: true });
}
