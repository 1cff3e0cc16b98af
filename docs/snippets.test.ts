// Every ```ts block of the pages must compile. One marked ```ts run must also run, and print what the ```text block
// below it says, if there is one. Code that asks OpenAI asks a scripted model on loopback.
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { ModelServer } from "example-model-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { modelEnvironment, startScriptedModel } from "./scripted-model.ts";
import { root, snippets } from "./snippets.ts";

const out = join(import.meta.dirname, ".snippets");

rmSync(out, { recursive: true, force: true });
for (const { file, code } of snippets) {
  mkdirSync(dirname(join(out, file)), { recursive: true });
  writeFileSync(join(out, file), code);
}
writeFileSync(
  join(out, "tsconfig.json"),
  JSON.stringify({ extends: "../../tsconfig.base.json", include: ["**/*.ts"] }),
);

let model: ModelServer;
beforeAll(async () => void (model = await startScriptedModel()));
afterAll(() => model.stop());

test("there are snippets, each in a file of its own", () => {
  const files = snippets.map(({ file }) => file);
  expect(files.length).toBeGreaterThan(50);
  expect(files).toEqual([...new Set(files)]);
});

test("all snippets compile", { timeout: 60_000 }, () => {
  try {
    execFileSync(join(root, "node_modules/.bin/tsc"), ["--noEmit", "-p", out], {
      encoding: "utf8",
      shell: process.platform === "win32",
    });
  } catch (e) {
    throw new Error((e as { stdout: string }).stdout, { cause: e });
  }
});

test.concurrent.for(snippets.filter(({ runs }) => runs))(
  "$at runs",
  { timeout: 40_000 },
  async ({ file, prints }) => {
    const env = { ...process.env, ...modelEnvironment(model) };
    const cwd = mkdtempSync(join(tmpdir(), "snippet-")); // what one writes there, no other reads
    const { stdout } = await promisify(execFile)(process.execPath, [join(out, file)], {
      cwd,
      env,
      timeout: 30_000,
    }).finally(() => rmSync(cwd, { recursive: true }));
    if (prints !== undefined) expect(stdout).toBe(prints);
  },
);
