// The code of the pages: each ```ts block is a file of its own, beside the other files of its page.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root: string = join(import.meta.dirname, "..");

export interface Snippet {
  /** The page and the line that it stands on. */
  readonly at: string;
  /** Its folder (one for each page) and its name: that of its first line, `// route.ts`, or else its line. */
  readonly file: string;
  readonly code: string;
  /** Whether the block is marked ```ts run. */
  readonly runs: boolean;
  /** The ```text block that follows a block that runs: exactly what it prints. */
  readonly prints: string | undefined;
}

const block = /^```ts( run)?\n(.*?)^```\n(?:\n(?:[^\n`]+:\n\n)?```text\n(.*?)^```)?/gms;

/** The snippets of a page. */
export function snippetsOf(page: string): readonly Snippet[] {
  const text = readFileSync(join(root, page), "utf8");
  const folder = page.replaceAll(/\W+/g, "-");
  return Array.from(text.matchAll(block), ({ index, 1: run, 2: code = "", 3: prints }) => {
    const line = text.slice(0, index).split("\n").length;
    const name = /^\/\/ ([\w./-]+\.tsx?)$/m.exec(code.split("\n", 1)[0]!)?.[1];
    const file = join(folder, name ?? `${line}.ts`);
    return { at: `${page}:${line}`, file, code, runs: run !== undefined, prints };
  });
}

/** All snippets of the pages that show code. */
export const snippets: readonly Snippet[] = globSync(
  ["README.md", "CONTRIBUTING.md", "docs/*.md", "{packages,examples}/*/README.md"],
  { cwd: root },
)
  .toSorted()
  .flatMap(snippetsOf);
