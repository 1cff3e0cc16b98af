// Disks that are full or can't be written to.
import { createRegistry, findCircuitOpen } from "@guard/core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, openToRead } from "../src/database.ts";
import { sqliteLedger } from "../src/sqlite-ledger.ts";
import { sqliteStore } from "../src/sqlite-store.ts";
import { verifyLedger } from "../src/verify.ts";

let folder: string;
let database: DatabaseSync;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "ledger-"))));
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function readOnly(): DatabaseSync {
  const file = join(folder, "ledger.db");
  openDatabase(file).close();
  return openToRead(file);
}

/** A disk on which the file has no room to grow. */
function full(): DatabaseSync {
  const opened = openDatabase(join(folder, "ledger.db"));
  const entries = Array.from({ length: 40 }, (_, call) => ({
    ...({ type: "settlement", run: "before", at: 0, status: "success", postings: [] } as const),
    call: String(call),
  }));
  sqliteLedger(opened).append(entries);
  opened.exec("PRAGMA max_page_count = 1");
  return opened;
}

describe("guard tells it as an event, and the breaker goes on in memory", () => {
  test.for([
    ["a file that is read-only", readOnly, /attempt to write a readonly database/],
    ["a disk that is full", full, /database or disk is full/],
  ] as const)("%s", async ([, open, fault]) => {
    database = open();
    const registry = createRegistry({
      store: sqliteStore(database, Date.now),
      ledger: sqliteLedger(database),
      limits: { user: { toolCalls: 1_000 } },
      accounts: { user: "42" },
    });
    const told = new Map<string, string>();
    registry.on("port-error", ({ port, error }) => told.set(port, String(error)));
    const lane = registry.breaker({ name: "job" }).agent();
    let ran = 0;
    for (let step = 0; step < 400; step += 1) {
      await lane
        .run({ kind: "tool", tool: "search", args: { step } }, () => (ran += 1))
        .catch(() => {});
    }
    expect(ran).toBe(400);
    let stopped = 0;
    for (let step = 0; step < 10; step += 1) {
      await lane
        .run({ kind: "tool", tool: "search", args: { q: "port" } }, () => "nothing")
        .catch((error: unknown) => (stopped += Number(findCircuitOpen(error)?.reason === "loop")));
    }
    expect(stopped).toBeGreaterThan(0);
    expect(told.get("ledger")).toMatch(fault);
    expect(verifyLedger(database).faults).toEqual([]);
  });
});
