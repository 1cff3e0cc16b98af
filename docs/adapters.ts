// The tables of adapters.md: what the matrix has measured. Written by `npm run docs:tables`, which plays it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exits } from "../matrix/src/combination.ts";
import { reasonsOf, sectionsOf, tableOf, type Section } from "../matrix/src/report.ts";
import type { Row } from "../matrix/src/row.ts";
import { markdownTable } from "../scripts/markdown-table.ts";

export const adaptersPage: string = join(import.meta.dirname, "adapters.md");

/** The page with its tables made anew. */
export function withMatrix(rows: readonly Row[]): string {
  const sections = sectionsOf(rows);
  const parts: Readonly<Record<string, string>> = {
    exits: exitsTable(sections),
    after: sections.map(afterPart).join("\n\n"),
  };
  return readFileSync(adaptersPage, "utf8").replaceAll(
    /(<!-- matrix: (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n${parts[name]!}\n\n${end}`,
  );
}

/** What stands above the tables of a framework. */
export const headingOf = ({ framework, version, adapter }: Omit<Section, "rows">): string =>
  `### \`${framework}\` ${version}, by \`@guard/${adapter}\``;

function afterPart(section: Section): string {
  const reasons = reasonsOf(section).map((reason) => `- ${reason}`);
  const notes = reasons.length === 0 ? [] : [`What is missing, and why:\n\n${reasons.join("\n")}`];
  return [headingOf(section), tableOf(section), ...notes].join("\n\n");
}

function exitsTable(sections: readonly Section[]): string {
  return markdownTable(
    ["framework", "adapter", ...exits.map((exit) => `\`${exit}\``)],
    sections.map(({ framework, adapter, rows }) => [
      `\`${framework}\``,
      `\`@guard/${adapter}\``,
      ...exits.map((exit) => (rows.some((row) => isThere(row, exit)) ? "yes" : "–")),
    ]),
  );
}

const isThere = (row: Row, exit: Row["exit"]) => row.exit === exit && row.notApplicable === null;
