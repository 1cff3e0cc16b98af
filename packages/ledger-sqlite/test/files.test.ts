// Files that other programs delete, lock or have written, and paths of all kinds.
import { createRegistry } from "@guard/core";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openLedger, sqlite } from "../src/index.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ledger-"));
  file = join(folder, "ledger.db");
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const entry = { type: "run-ended", run: "run-1", at: 0, postings: [] } as const;

describe("a file of another program", () => {
  test.for([
    ["without a version", "CREATE TABLE users (id)"],
    ["with guard's version number", "CREATE TABLE users (id); PRAGMA user_version = 1"],
    ["with a higher version number", "CREATE TABLE users (id); PRAGMA user_version = 9"],
  ] as const)("%s stays as it was", ([, sql]) => {
    const other = new DatabaseSync(file);
    other.exec(sql);
    other.close();
    const before = statSync(file);
    const fault = /is no ledger of guard: another program has written it/;
    expect(() => sqlite(file).ledger.append([entry])).toThrow(fault);
    expect(() => openLedger(file, { readOnly: true })).toThrow(fault);
    expect(statSync(file)).toMatchObject({ mtimeMs: before.mtimeMs, size: before.size });
    expect(readdirSync(folder)).toEqual(["ledger.db"]);
  });
});

describe("a file that is deleted while guard writes to it", () => {
  test("is an error once, and guard then writes a new file", () => {
    const { ledger } = sqlite(file);
    ledger.append([entry]);
    rmSync(file);
    expect(() => ledger.append([entry])).toThrow(/has deleted or replaced the file/);
    ledger.append([entry]);
    expect(existsSync(file)).toBe(true);
    expect(ledger.read({})).toHaveLength(1);
    ledger.close();
  });

  test("is an event, and the agent goes on", async () => {
    const registry = createRegistry({ ...sqlite(file), limits: { user: { toolCalls: 9 } } });
    const told: string[] = [];
    registry.on("port-error", ({ error }) => told.push(String(error)));
    const lane = registry.breaker({ accounts: { user: "42" } }).agent();
    let ran = 0;
    for (const q of ["a", "b", "c"]) {
      await lane.run({ kind: "tool", tool: "search", args: { q } }, () => (ran += 1));
      if (q === "a") rmSync(file);
    }
    expect(ran).toBe(3);
    expect(told).toEqual([expect.stringContaining("has deleted or replaced the file")]);
  });

  test("is an error also if another file took its name", () => {
    const { ledger } = sqlite(file);
    ledger.append([entry]);
    const second = join(folder, "second.db");
    const other = sqlite(second);
    other.ledger.append([entry, entry]);
    other.ledger.close();
    rmSync(file);
    for (const name of ["ledger.db-wal", "ledger.db-shm"]) rmSync(join(folder, name));
    copyFileSync(second, file);
    expect(() => ledger.append([entry])).toThrow(/has deleted or replaced the file/);
    ledger.append([entry]);
    expect(ledger.read({})).toHaveLength(3);
    expect(ledger.verify().faults).toEqual([]);
    ledger.close();
  });
});

test("a process that keeps its lock holds up one call, not each", { timeout: 60_000 }, () => {
  const { ledger, store } = sqlite(file);
  ledger.append([entry]);
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  const times = [1, 2, 3].map(() => {
    const begun = performance.now();
    expect(() => ledger.append([entry])).toThrow(/database is locked/);
    expect(store.get("circuit:a")).toBeUndefined();
    return performance.now() - begun;
  });
  expect(Math.max(times[1]!, times[2]!)).toBeLessThan(times[0]! / 2);
  other.exec("COMMIT");
  other.close();
  ledger.append([entry]);
  expect(ledger.read({})).toHaveLength(2);
  ledger.close();
});

describe("paths", () => {
  test.for(["a b/led ger.db", "50%/?#&.db", "новый/台帐.db"])("%s", (path) => {
    const { ledger } = sqlite(join(folder, path));
    ledger.append([entry]);
    ledger.close();
    expect(existsSync(join(folder, path))).toBe(true);
    expect(openLedger(join(folder, path), { readOnly: true }).read({})).toEqual([entry]);
  });

  test.for(["", "file:ledger.db"])("sqlite() refuses %j", (path) => {
    expect(() => sqlite(path)).toThrow('expected a path such as ".guard/ledger.db"');
  });

  test("a relative path stays the same file after the program changes its folder", () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      const { ledger } = sqlite("relative.db");
      ledger.append([entry]);
      process.chdir(before);
      ledger.append([entry]);
      ledger.close();
    } finally {
      process.chdir(before);
    }
    const read = openLedger(join(folder, "relative.db"), { readOnly: true });
    expect(read.read({})).toHaveLength(2);
    read.close();
  });

  test("each ledger in memory is its own", () => {
    const [one, other] = [sqlite(":memory:").ledger, sqlite(":memory:").ledger];
    one.append([entry]);
    expect([one.read({}).length, other.read({}).length]).toEqual([1, 0]);
  });
});

test("only the owner may read a file that guard makes, and its log", () => {
  const { ledger } = sqlite(file);
  ledger.append([entry]);
  const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600, 0o600]);
  ledger.close();
});

test("two registries of one process share a file", () => {
  const [one, other] = [sqlite(file).ledger, sqlite(file).ledger];
  for (let turn = 0; turn < 5; turn += 1) {
    one.append([entry]);
    other.append([entry]);
  }
  expect(one.verify()).toMatchObject({ entries: 10, faults: [] });
  one.close();
  other.close();
});

test("a log that a killed process left beside the file is read with it", () => {
  const { ledger } = sqlite(file);
  ledger.append([entry]);
  const copy = join(folder, "copy.db");
  copyFileSync(file, copy);
  copyFileSync(`${file}-wal`, `${copy}-wal`);
  ledger.close();
  const read = openLedger(copy, { readOnly: true });
  expect(read.read({})).toEqual([entry]);
  read.close();
});

test("a backup that SQLite makes while guard writes is a ledger", () => {
  const { ledger } = sqlite(file);
  ledger.append([entry, entry]);
  const backup = join(folder, "backup.db");
  const source = new DatabaseSync(file, { readOnly: true });
  source.exec(`VACUUM INTO '${backup}'`);
  source.close();
  ledger.append([entry]);
  const read = openLedger(backup, { readOnly: true });
  expect(read.verify()).toMatchObject({ entries: 2, faults: [] });
  read.close();
  ledger.close();
});

test("a Node.js without node:sqlite gets a clear sentence", () => {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  const fault = /needs node:sqlite, which Node\.js has from version 22\.13 on/;
  expect(() => sqlite(file)).toThrow(fault);
  expect(existsSync(file)).toBe(false);
});
