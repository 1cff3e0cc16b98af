import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runMain } from "example-model-server/run-main";
import { expect, test } from "vitest";

const directory = join(import.meta.dirname, "..");

test(
  "the second provider answers for the first one, a person for both, and a probe finds the first one again",
  { timeout: 60_000 },
  async () => {
    const { lines, stderr } = await runMain(join(directory, "src/main.ts"));
    const readme = readFileSync(join(directory, "README.md"), "utf8");
    const printed = /```text\n([\s\S]*?)\n```/.exec(readme)?.[1];
    expect(lines.join("\n")).toBe(printed);
    expect(stderr).toBe("");
  },
);
