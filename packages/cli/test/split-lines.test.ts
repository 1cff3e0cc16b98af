import { expect, test } from "vitest";
import { splitLines } from "../src/split-lines.ts";

async function* inPieces(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const cases: readonly (readonly [text: string, lines: readonly string[]])[] = [
  ["", []],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["\n\na\n\n", ["", "", "a", ""]],
  ["a\r\nb", ["a\r", "b"]],
  ["\uFEFFa\nb", ["a", "b"]],
  ["grün\n€\n👍🏽\u2028\u2029\u0085\n", ["grün", "€", "👍🏽\u2028\u2029\u0085"]],
];

test.for(cases.flatMap((row) => [1, 2, 3, 64].map((size) => [...row, size] as const)))(
  "%j has the lines %j, %i bytes at a time",
  async ([text, lines, size]) => {
    const found: string[] = [];
    for await (const line of splitLines(inPieces(text, size))) found.push(line);
    expect(found).toEqual(lines);
  },
);
