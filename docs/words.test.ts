// Sentences that a reader whose first language is not English understands at the first reading. These words make them
// hard: they hide who acts, or turn the sentence round.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./snippets.ts";

const hardWord = /\b(?:somebody|nobody|whoever|whatever|of which|is none)\b/i;

const files = globSync(
  [
    "README.md",
    "CONTRIBUTING.md",
    "docs/**/*.md",
    ".changeset/*.md",
    "{bench,matrix}/README.md",
    "{packages,examples}/*/README.md",
    "packages/*/src/**/*.ts",
  ],
  {
    cwd: root,
    exclude: (path) => path.includes("node_modules"),
  },
).toSorted();

const sentence = /(?:(?!\.\s|\||\n\s*\n|\/\*)[^])+/g;

/** The sentences of a text that have a hard word, each with its line. Code blocks of Markdown are left out. */
function hardSentences(text: string): readonly string[] {
  const prose = text.replaceAll(/^```.*?^```/gms, (code) => code.replaceAll(/[^\n]/g, ""));
  return Array.from(prose.matchAll(sentence)).flatMap(({ 0: words, index }) => {
    const at = words.search(hardWord);
    if (at < 0) return [];
    const line = prose.slice(0, index + at).split("\n").length;
    return [`${line}: ${words.replaceAll(/[\s/*]+/g, " ").trim()}`];
  });
}

test("a hard word is found, with its line and its sentence", () => {
  const text = "# Title\n\nA run ends. Whoever asks\nis told. So be it.\n\n```ts\nnobody();\n```\n";
  expect(hardSentences(text)).toEqual(["3: Whoever asks is told"]);
});

test.for(files)("%s has no hard words", (file) => {
  const found = hardSentences(readFileSync(join(root, file), "utf8"));
  expect(found.map((one) => `${file}:${one}`)).toEqual([]);
});
