// The pages that are named after a task: code that runs, and the same sections in the same order.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, snippetsOf } from "./snippets.ts";

const read = (page: string) => readFileSync(join(root, page), "utf8");

/** The pages of the section "Tasks" of docs/README.md, without those that are a part of another page. */
const [tasks = ""] = /^## Tasks$[^]*?(?=^## )/m.exec(read("docs/README.md")) ?? [];
const pages = Array.from(tasks.matchAll(/\]\(([\w-]+\.md)\)/g), ([, page]) => `docs/${page!}`);

test("docs/README.md names the tasks", () => {
  expect(pages.length).toBeGreaterThan(7);
});

describe.for(pages)("%s", (page) => {
  test("has code that runs and shows what it prints, and says how to install it", () => {
    expect(snippetsOf(page).some(({ runs, prints }) => runs && prints !== undefined)).toBe(true);
    expect(read(page)).toMatch(/^```sh\nnpm install @guard\/core/m);
  });

  test("says what happens on a stop, why, and what can go wrong, after the code", () => {
    const marks = ["```ts", "## What happens on a stop", "## Why", "## What can go wrong"];
    const at = marks.map((mark) => read(page).indexOf(`\n${mark}`));
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at).not.toContain(-1);
  });

  test("is linked from the README", () => {
    expect(read("README.md")).toContain(`](${page})`);
  });
});
