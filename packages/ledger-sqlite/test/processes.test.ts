// Several processes of one machine on one file.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistry } from "@guard/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sqlite } from "../src/index.ts";
import { killRound } from "./support/kill-round.ts";
import { start } from "./support/start.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ledger-"));
  file = join(folder, "ledger.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

test(
  "four processes with 250 agents each share one account exactly",
  { timeout: 60_000 },
  async () => {
    const processes = ["a", "b", "c", "d"].map((who) =>
      start("spender.ts", file, "250", "1500", who),
    );
    const ran = await Promise.all(processes.map(async ({ output }) => Number(await output)));
    expect(ran.reduce((sum, one) => sum + one)).toBe(1_500);
    const { store, ledger } = sqlite(file);
    const registry = createRegistry({
      store,
      ledger,
      limits: { user: { toolCalls: 1_500 } },
      accounts: { user: "42" },
    });
    expect((await registry.ledger.audit()).ok).toBe(true);
    expect(ledger.verify().faults).toEqual([]);
    ledger.close();
  },
);

test(
  "kill -9 while four processes write loses nothing that was acknowledged",
  { timeout: 60_000 },
  async () => {
    for (const round of [1, 2, 3]) {
      const { lost, verified } = await killRound(file, round);
      expect([lost, verified.faults]).toEqual([0, []]);
    }
  },
);

test("processes that open a new file at once all write to it", { timeout: 60_000 }, async () => {
  const processes = ["a", "b", "c", "d"].map((who) => start("spender.ts", file, "1", "8", who));
  expect(await Promise.all(processes.map(({ output }) => output))).toEqual(
    Array.from({ length: 4 }, () => "2\n"),
  );
});
