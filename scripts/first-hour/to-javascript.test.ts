import { expect, test } from "vitest";
import { toCommonJs, toJavaScript } from "./to-javascript.ts";

test("types are left out", () => {
  expect(toJavaScript("const name = (error as Error).message;").replaceAll(/ +/g, " ")).toBe(
    "const name = (error ).message;",
  );
});

test.for([
  ['import { a } from "x";', 'const { a } = require("x");'],
  ['import { a, type B } from "x";', 'const { a, } = require("x");'],
  ['import { a as b } from "x";', 'const { a: b } = require("x");'],
  ['import * as all from "x";', 'const all = require("x");'],
  ['import one from "x";', 'const { default: one } = require("x");'],
])("%s becomes %s", ([module, commonJs]) => {
  expect(toCommonJs(module!).replaceAll(/ +/g, " ").split("\n")[0]).toBe(commonJs);
});

test("what awaits runs in an async function, and exports are constants", () => {
  expect(toCommonJs("export const value = await load();").split("\n").slice(1)).toEqual([
    "(async () => {",
    "const value = await load();",
    "})();",
    "",
  ]);
});
