// What npm shows of each package: a description, words to find it by, and where its source is.
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "./repository.ts";

const root = join(import.meta.dirname, "..");

interface Manifest {
  readonly private?: boolean;
  readonly description?: string;
  readonly homepage?: string;
  readonly keywords?: readonly string[];
  readonly repository?: unknown;
}

const manifests = globSync("packages/*/package.json", { cwd: root })
  .toSorted()
  .map((file) => ({
    name: basename(dirname(file)),
    manifest: JSON.parse(readFileSync(join(root, file), "utf8")) as Manifest,
  }))
  .filter(({ manifest }) => manifest.private !== true);

test("there are public packages", () => {
  expect(manifests.length).toBeGreaterThan(5);
});

describe.for(manifests)("the manifest of packages/$name", ({ name, manifest }) => {
  test("names the repository and the folder in it", () => {
    expect(manifest.repository).toEqual({
      type: "git",
      url: `git+${repository}.git`,
      directory: `packages/${name}`,
    });
  });

  test("has the README as its homepage", () => {
    expect(manifest.homepage).toBe(`${repository}/tree/main/packages/${name}#readme`);
  });

  test("describes the package in one sentence that fits on a line of npm's search", () => {
    expect(manifest.description).toMatch(/^[A-Z].{40,139}\.$/);
  });

  test("has keywords, in order and each once", () => {
    const keywords = manifest.keywords ?? [];
    expect(keywords).toEqual(expect.arrayContaining(["agents", "circuit-breaker", "guard"]));
    expect(keywords).toEqual([...new Set(keywords)].toSorted());
  });
});
