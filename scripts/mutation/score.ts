import { markdownTable } from "../markdown-table.ts";
import type { Mutant } from "./measure.ts";

const columns = ["mutants", "survivors", "score"];

/** How many mutants a test has found. */
export interface Score {
  readonly mutants: number;
  readonly found: number;
  /** In percent, rounded down. 100 without mutants. */
  readonly percent: number;
}

/** A mutant that hangs counts as found: a test would see that. One that no test reaches is not found. */
const isFound = ({ status }: Mutant) => status === "killed" || status === "timeout";

export function scoreOf(mutants: readonly Mutant[]): Score {
  const found = mutants.filter(isFound).length;
  const share = mutants.length === 0 ? 1 : found / mutants.length;
  return { mutants: mutants.length, found, percent: Math.floor(share * 1_000) / 10 };
}

/** A table with a row for each of `names`. */
export function scoreTable(
  title: string,
  names: readonly string[],
  mutantsOf: (name: string) => readonly Mutant[],
): string {
  const rows = names.map((name) => {
    const { mutants, found, percent } = scoreOf(mutantsOf(name));
    return [name, String(mutants), String(mutants - found), mutants === 0 ? "" : `${percent} %`];
  });
  return markdownTable([title, ...columns], rows);
}

/** A table of rooms with the rows of a newer one: rooms that were not measured again keep their rows. */
export function withRowsOf(table: string, newer: string): string {
  const rows = new Map([...rowsOf(table), ...rowsOf(newer)].map((row) => [row[0]!, row]));
  return markdownTable(["room", ...columns], [...rows.values()]);
}

function rowsOf(table: string): readonly (readonly string[])[] {
  const lines = table.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The survivors, a line for each: where, and what no test has noticed. */
export function survivors(mutants: readonly Mutant[]): readonly string[] {
  return mutants
    .filter((mutant) => !isFound(mutant))
    .map(({ file, line, column, mutator, replacement, status }) => {
      const code = replacement.replaceAll(/\s+/g, " ").slice(0, 160);
      const reached = status === "uncovered" ? " (no test runs this)" : "";
      return `${file}:${line}:${column} ${mutator}: ${code}${reached}`;
    });
}
