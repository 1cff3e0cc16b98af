// Every ```ts block of the Markdown files below must compile; one marked ```ts run must also run.
import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";

const root = join(import.meta.dirname, "..");
const out = join(import.meta.dirname, ".snippets");
const files = globSync(["README.md", "CONTRIBUTING.md", "docs/*.md", "packages/*/README.md"], {
  cwd: root,
});

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
const snippets: { at: string; name: string; run: boolean }[] = [];
for (const file of files.toSorted()) {
  const text = readFileSync(join(root, file), "utf8");
  for (const m of text.matchAll(/^```ts( run)?\n(.*?)^```/gms)) {
    const line = text.slice(0, m.index).split("\n").length;
    const name = `${file.replaceAll(/\W+/g, "-")}-${line}.ts`;
    writeFileSync(join(out, name), m[2] ?? "");
    snippets.push({ at: `${file}:${line}`, name, run: m[1] !== undefined });
  }
}
writeFileSync(
  join(out, "tsconfig.json"),
  JSON.stringify({ extends: "../../tsconfig.base.json", include: ["*.ts"] }),
);

test("all snippets compile", { timeout: 60_000 }, () => {
  if (snippets.length === 0) return; // tsc calls a project without files an error
  try {
    execFileSync(join(root, "node_modules/.bin/tsc"), ["--noEmit", "-p", out], {
      encoding: "utf8",
      shell: process.platform === "win32",
    });
  } catch (e) {
    throw new Error((e as { stdout: string }).stdout, { cause: e });
  }
});

test.for(snippets.filter((s) => s.run))("$at runs", { timeout: 40_000 }, ({ name }) => {
  execFileSync(process.execPath, [join(out, name)], {
    encoding: "utf8",
    stdio: "pipe",
    timeout: 30_000,
  });
});
