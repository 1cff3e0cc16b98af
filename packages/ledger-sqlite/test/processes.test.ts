// Several processes of one machine on one file.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistry } from "@guard/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sqlite } from "../src/index.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ledger-"));
  file = join(folder, "ledger.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

const script = (name: string) => join(import.meta.dirname, "support", name);

/** Starts a process. `output` is what it has printed when it has ended. */
function start(name: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [script(name), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (data: Buffer) => (text += data.toString()));
  const output = new Promise<string>((resolve) => child.on("close", () => resolve(text)));
  return { child, output, said: () => text };
}

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
    const writers = ["a", "b", "c", "d"].map((who) => start("writer.ts", file, who));
    while (writers.some(({ said }) => said().split("\n").length < 50)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const { child } of writers) child.kill("SIGKILL");
    const acknowledged = await Promise.all(
      writers.map(
        async ({ output }) => (await output).split("\n").filter((line) => line !== "").length,
      ),
    );
    const { ledger } = sqlite(file);
    for (const [index, who] of ["a", "b", "c", "d"].entries()) {
      const kept = ledger.read({ run: who });
      expect(kept.length).toBeGreaterThanOrEqual(acknowledged[index]!);
    }
    expect(ledger.verify().faults).toEqual([]);
    ledger.close();
  },
);
