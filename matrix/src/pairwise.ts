/**
 * Few of the given rows in which every pair of values of two columns that occurs at all occurs at least
 * once, be it in `covered`. Greedy: always the row that brings most pairs which none has brought yet.
 */
export function pairwise<Row extends object>(
  rows: readonly Row[],
  covered: readonly Row[] = [],
): readonly Row[] {
  const pairsOfRow = new Map(rows.map((row) => [row, pairsOf(row)]));
  const missing = new Set([...pairsOfRow.values()].flat());
  for (const pair of covered.flatMap(pairsOf)) missing.delete(pair);
  const chosen: Row[] = [];
  while (missing.size > 0) {
    let best: Row | undefined;
    let most = 0;
    for (const [row, pairs] of pairsOfRow) {
      const brought = pairs.filter((pair) => missing.has(pair)).length;
      if (brought > most) [best, most] = [row, brought];
    }
    for (const pair of pairsOfRow.get(best!)!) missing.delete(pair);
    chosen.push(best!);
  }
  return chosen;
}

/** The pairs of values in a row, each as one text. */
export function pairsOf(row: object): readonly string[] {
  const cells = Object.entries(row).map((cell) => JSON.stringify(cell));
  return cells.flatMap((cell, index) => cells.slice(index + 1).map((other) => `${cell}${other}`));
}
