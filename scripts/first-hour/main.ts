// The first hour of a new user: packs all packages, installs the tarballs with npm outside of this repository, and walks
// the pages and the mistakes that users make. Needs `npm run build` first.
//
//   npm run first-hour          all code of all pages, in TypeScript, JavaScript and CommonJS, and the mistakes
//   npm run check:first-hour    what CI runs: check:packages, the first block of each README, and the mistakes
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { markdownTable } from "../markdown-table.ts";
import { createProject } from "../packed/npm-project.ts";
import { pack } from "../packed/pack.ts";
import { useEntries } from "../packed/use-entries.ts";
import { compileMistakes, type Compiled } from "./compile-mistakes.ts";
import { firstBlocks, pageOf } from "./first-blocks.ts";
import { guardLinesIn } from "./guard-lines.ts";
import { makeMistakes } from "./make-mistakes.ts";
import { startServers } from "./servers.ts";
import type { Step } from "./step.ts";
import { walkCommand } from "./walk-command.ts";
import { walkPages } from "./walk-pages.ts";

const isQuick = process.argv.includes("--quick");
const scratch = mkdtempSync(join(tmpdir(), "first-hour-"));
try {
  const tarballs = await pack(join(scratch, "tarballs"));
  const project = await createProject(join(scratch, "project"), tarballs);
  if (isQuick) console.log(`${await useEntries(project)}\n`);
  const servers = await startServers(project);
  try {
    show(
      ["page", "how", "printed", "result"],
      [...(await walkPages(project, servers, isQuick)), ...(await walkCommand(project))],
    );
    show(["package", "mistake", "printed", "result"], await makeMistakes(project, servers));
    if (!isQuick) console.log(`${compiled(await compileMistakes(project))}\n`);
    console.log(linesToAGuard());
  } finally {
    await servers.stop();
  }
} finally {
  rmSync(scratch, { recursive: true });
}

/** Prints a table of steps. A fault makes the script fail. */
function show(head: readonly string[], steps: readonly Step[]): void {
  const rows = steps.map(({ where, how, printed, fault }) =>
    [where, how, printed || "(nothing)", fault ?? "ok"].map(cell),
  );
  console.log(`${markdownTable(head, rows)}\n`);
  const faults = steps.filter(({ fault }) => fault !== undefined).length;
  console.log(`${steps.length - faults} of ${steps.length} are as they should be\n`);
  if (faults > 0) process.exitCode = 1;
}

/** What the compiler says about the mistakes. It can't find all of them. */
function compiled(mistakes: readonly Compiled[]): string {
  const rows = mistakes.map(({ of, title, error }) => [of, title, cell(error ?? "(compiles)")]);
  return markdownTable(["package", "mistake", "TypeScript"], rows);
}

/** How much code the first block of each README adds to a program without guard. */
function linesToAGuard(): string {
  const rows = firstBlocks.map((snippet) => {
    const { imports, others } = guardLinesIn(snippet.code);
    return [pageOf(snippet), `${imports + others}`, `${imports}`];
  });
  return markdownTable(["page", "lines to a working guard", "of these imports"], rows);
}

/** A text that fits into a cell of a table. */
function cell(text: string): string {
  const line = text.replaceAll("|", "\\|");
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
