// Each sentence of docs/budgets.md, and each row of its tables, is the title of a test that shows it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shownElsewhere } from "./shown-elsewhere.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const pageTests = "packages/core/test/budget/budgets-page";

/** The text of a section as one reads it: no code, no marks of Markdown but those of names. */
const plain = (markdown: string) =>
  markdown
    .replaceAll(/^```.*?^```$/gms, "")
    .replaceAll("**", "")
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1")
    .replaceAll(/^\d+\. /gm, "\n");

/** `a | b | c` of each row but the first. */
const rowsOf = (text: string) =>
  [...text.matchAll(/^\| (.*) \|$/gm)]
    .map(([, row]) => row!.split(" | ").map((cell) => cell.trim()))
    .filter(
      (cells, index, all) => !/^-+$/.test(cells[0]!) && !/^-+$/.test(all[index + 1]?.[0] ?? ""),
    )
    .map((cells) => cells.join(" – "));

const sentencesOf = (text: string) =>
  text
    .replaceAll(/^\|.*$/gm, "")
    .split(/\n\s*\n/)
    .flatMap((paragraph) =>
      paragraph
        .trim()
        .replaceAll(/\s+/g, " ")
        .split(/(?<=[.]`?) (?=[A-Z@`])/),
    )
    .filter((sentence) => sentence !== "");

const [intro, ...sections] = read("docs/budgets.md")
  .split(/^## /m)
  .map((section) => {
    const [heading, ...lines] = section.split("\n");
    const text = plain(lines.join("\n"));
    return { heading: heading!, claims: [...rowsOf(text), ...sentencesOf(text)] };
  });

const fileOf = (heading: string) =>
  `${pageTests}/${heading.toLowerCase().replaceAll(" ", "-")}.test.ts`;

/** What a file of tests says, whichever quotes it takes. */
const titlesIn = (file: string) => read(file).replaceAll('\\"', '"');

test("the page begins with two sentences that its sections explain", () => {
  expect(intro!.claims).toHaveLength(2);
  expect(sections.length).toBeGreaterThan(5);
});

describe.for(sections)("$heading", ({ heading, claims }) => {
  test("has tests of its name", () => {
    expect(titlesIn(fileOf(heading))).toContain(`describe("${heading}", `);
  });

  test("says nothing that no test shows", () => {
    const titles = titlesIn(fileOf(heading));
    const isShown = (claim: string) => claim in shownElsewhere || titles.includes(claim);
    expect(claims.filter((claim) => !isShown(claim))).toEqual([]);
  });
});

describe("what other tests show", () => {
  test("stands on the page", () => {
    const claims = new Set(sections.flatMap((section) => section.claims));
    expect(Object.keys(shownElsewhere).filter((sentence) => !claims.has(sentence))).toEqual([]);
  });

  test("is shown by tests that there are", () => {
    const tests = Object.values(shownElsewhere).flat();
    expect(tests.filter(([file, title]) => !titlesIn(file).includes(title))).toEqual([]);
  });
});
