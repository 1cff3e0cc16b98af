// Arguments, results, prompts and errors never enter the file.
import { createRegistry } from "@guard/core";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sqlite } from "../src/index.ts";

const canary = "canary-7f3a9c";

test("no byte of the file and its log tells what an agent has read or written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ledger-"));
  const opened = sqlite(join(folder, "ledger.db"));
  const registry = createRegistry({ ...opened, budget: { usd: 5 }, limits: { user: { usd: 5 } } });
  const breaker = registry.breaker({ accounts: { user: "42" } });
  const lane = breaker.agent("finder");
  lane.userMessage(`find ${canary}`);
  await lane.run({ kind: "model", model: "m", prompt: canary }, () => ({ text: canary }));
  for (let step = 0; step < 12; step += 1) {
    await lane
      .run({ kind: "tool", tool: "search", args: { q: canary } }, () => {
        if (step % 2 === 1) throw new Error(canary, { cause: new Error(canary) });
        return { text: canary };
      })
      .catch(() => {});
  }
  breaker.endRun();
  const files = readdirSync(folder).map(
    (name) => [name, readFileSync(join(folder, name))] as const,
  );
  expect(files.map(([name]) => name)).toEqual(
    expect.arrayContaining(["ledger.db", "ledger.db-wal"]),
  );
  const bytes = Buffer.concat(files.map(([, content]) => content));
  expect(bytes.includes("search")).toBe(true);
  for (const encoding of ["utf8", "utf16le"] as const) {
    expect(bytes.includes(Buffer.from(canary, encoding))).toBe(false);
  }
  expect(opened.ledger.trips()).toHaveLength(1);
  opened.ledger.close();
  rmSync(folder, { recursive: true });
});
