import { expect, test } from "vitest";
import { renderTable } from "../src/render-table.ts";

test("columns are as wide as their widest cell, and lines end without spaces", () => {
  const rows = [
    ["a", 1, ""],
    ["a longer name", 1_000, "x"],
  ];
  expect(renderTable(["run", "calls", "note"], rows)).toBe(
    [
      "run            calls  note", //
      "a              1",
      "a longer name  1000   x",
      "",
    ].join("\n"),
  );
});

test("a wide letter takes two columns of a terminal", () => {
  expect(renderTable(["run", "end"], [["夜間", "x"]])).toBe("run   end\n夜間  x\n");
});

test("a text that spans columns makes none of them wider", () => {
  const rows = [
    ["1", { spans: "(a long text that says what happened)" }],
    ["2", "b", "c"],
  ];
  expect(renderTable(["time", "agent", "call"], rows)).toBe(
    "time  agent  call\n1     (a long text that says what happened)\n2     b      c\n",
  );
});

test("a head without rows is one line", () => {
  expect(renderTable(["run", "end"], [])).toBe("run  end\n");
});
