import type { Output } from "./output.ts";
import { paintOf } from "./paint.ts";
import { renderTable } from "./render-table.ts";
import { jsonLines, writeLines } from "./write-lines.ts";

/** How a command shows what it lists. */
interface Listed<Row> {
  readonly head: readonly string[];
  readonly cells: (row: Row) => readonly (string | number)[];
  /** What people read if there is nothing to list. */
  readonly none: string;
}

/** Writes rows: a table for people, or with `json` one object a line. */
export async function listRows<Row>(
  rows: Iterable<Row>,
  { head, cells, none }: Listed<Row>,
  json: boolean,
  output: Output,
): Promise<void> {
  if (json) {
    await writeLines(jsonLines(rows), output);
    return;
  }
  const table = Array.from(rows, cells);
  if (table.length === 0) output.err(`${none}\n`);
  else await output.out(renderTable(head, table, paintOf(output)));
}
