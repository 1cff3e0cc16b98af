import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pages, pathOf, withTables } from "./tables.ts";

test.each(pages)("the tables of %s are those of the code (else: npm run docs:tables)", (page) => {
  expect(readFileSync(pathOf(page), "utf8")).toBe(withTables(page));
});
