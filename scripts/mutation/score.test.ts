import { expect, test } from "vitest";
import type { Mutant } from "./measure.ts";
import { scoreOf, scoreTable, survivors, withRowsOf } from "./score.ts";

const mutant = (status: Mutant["status"], line = 1): Mutant => ({
  file: "a.ts",
  line,
  column: 2,
  mutator: "BooleanLiteral",
  replacement: "false\n  && true",
  status,
});
const four = (["killed", "timeout", "survived", "uncovered"] as const).map((status, line) =>
  mutant(status, line),
);

test("a mutant is found if a test fails or hangs; one that no test runs is not found", () => {
  expect(scoreOf(four)).toEqual({ mutants: 4, found: 2, percent: 50 });
});

test("a score is rounded down: 89.99 % is not 90 %", () => {
  const all = Array.from({ length: 10_000 }, (_, index) =>
    mutant(index < 8_999 ? "killed" : "survived"),
  );
  expect(scoreOf(all).percent).toBe(89.9);
  expect(scoreOf([]).percent).toBe(100);
});

test("each survivor has a line that says where, and what no test has noticed", () => {
  expect(survivors(four)).toEqual([
    "a.ts:2:2 BooleanLiteral: false && true",
    "a.ts:3:2 BooleanLiteral: false && true (no test runs this)",
  ]);
});

test("the table has a row for each file, also for one of types only", () => {
  const table = scoreTable("file", ["a.ts", "types.ts"], (name) => (name === "a.ts" ? four : []));
  expect(table.split("\n").slice(2)).toEqual([
    "| a.ts     | 4       | 2         | 50 %  |",
    "| types.ts | 0       | 0         |       |",
  ]);
});

test("a room that was not measured again keeps its row", () => {
  const before = withRowsOf(
    "",
    scoreTable("room", ["machine", "rules"], () => []),
  );
  const after = withRowsOf(
    before,
    scoreTable("room", ["rules", "budget"], () => four),
  );
  expect(after.split("\n").slice(2)).toEqual([
    "| machine | 0       | 0         |       |",
    "| rules   | 4       | 2         | 50 %  |",
    "| budget  | 4       | 2         | 50 %  |",
  ]);
});
