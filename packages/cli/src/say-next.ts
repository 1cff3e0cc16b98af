import type { Output } from "./output.ts";

/** Tells a person at a terminal which command comes next. A program reads no such line. */
export function sayNext(output: Output, ...words: readonly string[]): void {
  if (output.isTerminal === true) output.err(`\nNext: guard ${words.map(asWord).join(" ")}\n`);
}

/** A word that a shell takes as it is, so that a person can copy it. */
function asWord(text: string): string {
  return /^[\w.:@%+=/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
