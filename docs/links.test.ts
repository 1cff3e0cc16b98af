// Each link of the pages leads to a file of this checkout, and to a heading in it.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "./repository.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

const pages = globSync(
  [
    "README.md",
    "CONTRIBUTING.md",
    "docs/**/*.md",
    "{packages,examples}/*/README.md",
    "{bench,matrix}/README.md",
  ],
  { cwd: root, exclude: (path) => path.includes("node_modules") },
).toSorted();

/** The targets of a page's links. Code holds none. */
const linksOf = (page: string) =>
  Array.from(
    read(page)
      .replaceAll(/^```.*?^```$/gms, "")
      .replaceAll(/`[^`]*`/g, (code) => code.replaceAll(/[[\]()]/g, "_"))
      .matchAll(/\]\(([^()\s]+)\)/g),
    ([, target]) => target!,
  );

/** The anchors that GitHub gives the headings of a page. */
const anchorsOf = (page: string) =>
  Array.from(
    read(page)
      .replaceAll(/^```.*?^```$/gms, "")
      .matchAll(/^#+ (.+)$/gm),
    ([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
  );

const ownLink = new RegExp(`^${repository}/(?:blob|tree)/main/(.*)$`);

/** The path in this checkout that a link of a page leads to; `undefined` of a link to somewhere else. */
function pathOf(page: string, link: string): string | undefined {
  const own = ownLink.exec(link)?.[1];
  if (own !== undefined) return own;
  return /^\w+:/.test(link)
    ? undefined
    : join(dirname(page), link.replace(/^#/, `${page.split("/").at(-1)!}#`));
}

function isThere(path: string): boolean {
  const [file, anchor] = path.split("#") as [string, string?];
  if (!existsSync(join(root, file))) return false;
  if (anchor === undefined) return true;
  const page = file.endsWith(".md") ? file : join(file, "README.md");
  return anchor === "readme" || anchorsOf(page).includes(anchor);
}

describe.for(pages)("the links of %s", (page) => {
  test("lead to what is there", () => {
    const broken = linksOf(page).filter((link) => {
      const path = pathOf(page, link);
      return path !== undefined && !isThere(path);
    });
    expect(broken).toEqual([]);
  });

  test("know one address of the repository", () => {
    const others = linksOf(page).filter(
      (link) =>
        /^https:\/\/github\.com\/[^/]+\/guard(\/|$)/.test(link) && !link.startsWith(repository),
    );
    expect(others).toEqual([]);
  });
});

/** npm shows these READMEs. A relative link leads nowhere there. */
const onNpm = pages.filter((page) => page.startsWith("packages/"));

test.for(onNpm)("%s has no relative links", (page) => {
  expect(linksOf(page).filter((link) => !/^(https:|#)/.test(link))).toEqual([]);
});

test.for(pages.filter((page) => /^docs\/(?!README)[^/]+$/.test(page)))(
  "docs/README.md lists %s",
  (page) => {
    expect(linksOf("docs/README.md")).toContain(page.replace("docs/", ""));
  },
);
