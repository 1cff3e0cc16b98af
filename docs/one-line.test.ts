// The README names one line for each framework. The page of the framework begins with this line.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root, snippetsOf } from "./snippets.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");
const [section = ""] = /^## Pick your framework$[^]*?(?=^```)/m.exec(readme) ?? [];
const rows = Array.from(section.matchAll(/^\| \[(.+?)\]\((.+?)\) .*`(\w+)\(.*` +\|$/gm), (row) => {
  const [, framework, page, name] = row;
  return { framework: framework!, page: page!, name: name! };
});

test("the README names seven frameworks", () => {
  expect(rows.map(({ framework }) => framework)).toHaveLength(7);
});

test.for(rows)("$framework: the first code of $page calls $name", ({ page, name }) => {
  expect(snippetsOf(page)[0]?.code).toContain(`${name}(`);
});
