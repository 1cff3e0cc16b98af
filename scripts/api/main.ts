// The public surface of every package, as files that a review shows. `npm run build` comes first.
//
//   npm run api            writes packages/*/api/*.api.md
//   npm run check:api      fails where a committed report differs, or an editor would show what it must not
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { diff } from "node:util";
import { markdownTable } from "../markdown-table.ts";
import { root } from "../public-packages.ts";
import { faultsIn } from "./faults-in.ts";
import { listsUnexported, makeReports, type Report } from "./make-reports.ts";
import { readReport } from "./read-report.ts";

const isCheck = process.argv.includes("--check");
const reports = makeReports();
const written = globSync("packages/*/api/*.api.md", { cwd: root }).map((file) => join(root, file));
const stale = written.filter((file) => !reports.some((report) => report.file === file));

function write({ file, text }: Report): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The lines that differ from the committed report. */
function changesIn({ file, text }: Report): readonly string[] {
  const committed = existsSync(file) ? readFileSync(file, "utf8") : "";
  return diff(text.split("\n"), committed.split("\n")).flatMap(([side, line]) =>
    side === 0 ? [] : [`${side < 0 ? "-" : "+"} ${line}`],
  );
}

/** How many names users can import. */
function exportsIn({ text }: Report): number {
  const names = readReport(text).filter(({ code }) => code.startsWith("export "));
  return new Set(names.map(({ code }) => code.replace(/\(.*/, ""))).size;
}

/** How many types users see in their editor and can't import. Many of them mean that internals show. */
function unexportedIn({ entry, text }: Report): string {
  if (!listsUnexported(entry)) return "not listed";
  return `${text.match(/^(?:declare |abstract )*(?:class|interface|type) /gm)?.length ?? 0}`;
}

if (isCheck) {
  for (const report of reports) {
    const changes = changesIn(report);
    if (changes.length === 0) continue;
    console.error(`${relative(root, report.file)} differs:\n${changes.join("\n")}\n`);
    process.exitCode = 1;
  }
  for (const file of stale) {
    console.error(`${relative(root, file)} has no entry point any more.`);
    process.exitCode = 1;
  }
  if (process.exitCode === 1) console.error("`npm run api` writes the reports again.\n");
} else {
  reports.forEach(write);
  for (const file of stale) rmSync(file);
}

const faults = reports.flatMap(({ entry, text }) => faultsIn(entry.specifier, text));
if (faults.length > 0) {
  console.error(`${faults.join("\n")}\n`);
  process.exitCode = 1;
}
const rows = reports.map((report) => [
  report.entry.specifier,
  `${exportsIn(report)}`,
  unexportedIn(report),
]);
const total = reports.map(exportsIn).reduce((sum, count) => sum + count, 0);
const head = ["entry point", "exports", "types that users see and can't import"];
console.log(markdownTable(head, [...rows, ["all", `${total}`, ""]]));
