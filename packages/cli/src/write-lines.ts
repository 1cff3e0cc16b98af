import { toJson } from "./to-json.ts";
import type { Output } from "./output.ts";

/** So many lines are written at once. */
const batch = 200;

/** Writes lines as they come, many at once, and waits for a slow reader. Returns how many there were. */
export async function writeLines(lines: Iterable<string>, output: Output): Promise<number> {
  let count = 0;
  let begun: string[] = [];
  for (const line of lines) {
    count += 1;
    begun.push(line);
    if (begun.length < batch) continue;
    await output.out(begun.join(""));
    begun = [];
  }
  if (begun.length > 0) await output.out(begun.join(""));
  return count;
}

/** The lines of `--json`. */
export function* jsonLines(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield `${toJson(value)}\n`;
}
