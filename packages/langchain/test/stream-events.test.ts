// `streamEvents` v3 of `createAgent` keeps a promise for each tool that has started, and rejects those that are open
// when the run fails. Where the program doesn't hold them, Node.js ends the process: only a parent sees that.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const child = join(import.meta.dirname, "support", "stream-events-child.ts");
const loader = join(import.meta.dirname, "..", "..", "..", "scripts", "resolve-oldest.ts");
const loaders = process.env["GUARD_OLDEST"] === undefined ? [] : ["--import", loader];

test("streamEvents v3 never ends the process", { timeout: 30_000 }, () => {
  const { status, stdout } = spawnSync(process.execPath, [...loaders, child], { encoding: "utf8" });

  const lines: unknown[] = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    { by: "handler", bodies: 3, end: "loop" },
    { by: "handler", bodies: 3, end: "the model is down" },
    { by: "middleware", bodies: 3, end: "loop" },
    { by: "middleware", bodies: 3, end: "the model is down" },
  ]);
  expect(status).toBe(0);
});
