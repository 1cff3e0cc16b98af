import { createRegistry, type Registry } from "@guard/core";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqlite, type LedgerFile } from "../src/index.ts";

let folder: string;
let ledger: LedgerFile;
let registry: Registry;
let now: number;
const start = Date.UTC(2026, 10, 29, 12);
const key = generateKeyPairSync("ed25519")
  .privateKey.export({ format: "pem", type: "pkcs8" })
  .toString();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ledger-"));
  now = start;
  const opened = sqlite(join(folder, "ledger.db"), { key, clock: () => now });
  ledger = opened.ledger;
  registry = createRegistry({
    ...opened,
    ports: { clock: () => now },
    limits: { user: { toolCalls: 100, per: "rolling-day" }, organisation: { usd: 5 } },
    accounts: { user: "42", organisation: "acme" },
  });
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

/** A run with two tool calls, which ends after a minute. */
async function run(name: string): Promise<void> {
  const breaker = registry.breaker({ name });
  for (const q of ["a", "b"]) {
    await breaker.agent("x").run({ kind: "tool", tool: "search", args: { q } }, () => q);
  }
  now += 60_000;
  breaker.endRun();
}

describe("after a sealed prefix was dropped", () => {
  let size: number;
  beforeEach(async () => {
    await run("first");
    size = ledger.sealed();
    await run("second");
    ledger.drop(size);
  });

  test("the rows after it stay", () => {
    expect(ledger.rows("first")).toEqual([]);
    expect(ledger.rows("second").map(({ seq }) => seq)).toEqual([6, 7, 8, 9, 10]);
  });

  test("the chain goes on, and verify tells how many entries are gone", async () => {
    await run("third");
    expect(ledger.verify()).toEqual({
      entries: 10,
      checked: 10,
      dropped: size,
      uncovered: 0,
      checkpoints: 3,
      faults: [],
    });
  });

  test("the chain goes on from the checkpoint if nothing is left", async () => {
    ledger.drop(ledger.sealed());
    expect(ledger.verify()).toMatchObject({ entries: 0, dropped: 10, faults: [] });
    await run("third");
    expect(ledger.rows("third")[0]?.seq).toBe(11);
    expect(ledger.verify()).toMatchObject({ entries: 5, faults: [] });
  });

  test("the balances are still the sums of the entries", async () => {
    expect(await registry.ledger.audit()).toMatchObject({ ok: true, differences: [] });
    ledger.drop(ledger.sealed());
    await run("third");
    expect(await registry.ledger.audit()).toMatchObject({ ok: true, differences: [] });
  });

  test("one entry holds the sum of the dropped ones", () => {
    const [carried] = ledger.read({ account: "user:42" });
    expect(carried).toMatchObject({ type: "carried-forward", run: "", at: start + 60_000 });
    expect(carried?.postings).toMatchObject([{ account: "user:42", toolCalls: 2 }]);
    for (const query of [{ run: "second" }, { type: "trip" }, { since: start + 60_001 }] as const) {
      expect(ledger.read(query).map(({ type }) => type)).not.toContain("carried-forward");
    }
  });

  test("the summaries of the runs stay", () => {
    expect(ledger.runs().map((summary) => [summary.run, summary.toolCalls])).toEqual([
      ["second", 2],
      ["first", 2],
    ]);
  });

  test("dropping the same entries again changes nothing", () => {
    const before = ledger.verify();
    ledger.drop(size);
    expect(ledger.verify()).toEqual(before);
  });
});

test("very many entries are dropped part by part, with all checkpoints before the last", () => {
  const entry = { type: "settlement", run: "run-1", status: "success", postings: [] } as const;
  for (let call = 0; call < 9_000; call += 500) {
    const calls = Array.from({ length: 500 }, (_, index) => String(call + index));
    ledger.append(calls.map((one) => ({ ...entry, call: one, at: start })));
  }
  ledger.append([{ type: "run-ended", run: "run-1", at: start, postings: [] }]);
  expect(ledger.verify()).toMatchObject({ checkpoints: 10, uncovered: 0 });
  ledger.drop(8_000);
  expect(ledger.verify()).toEqual({
    entries: 1_001,
    checked: 1_001,
    dropped: 8_000,
    uncovered: 0,
    checkpoints: 3,
    faults: [],
  });
});

test("drop refuses entries that no checkpoint has sealed", async () => {
  await run("first");
  expect(() => ledger.drop(3)).toThrow(
    "can't drop 3 entries: no checkpoint has sealed exactly these. The last checkpoint has sealed 5",
  );
  expect(ledger.verify()).toMatchObject({ entries: 5, dropped: 0 });
});

test("the balances of a run under way are still the sums of the entries", async () => {
  const open = registry.breaker({ name: "open" }).agent("x");
  await open.run({ kind: "tool", tool: "search", args: { q: 1 } }, () => 1);
  await run("first");
  ledger.drop(ledger.sealed());
  await open.run({ kind: "tool", tool: "search", args: { q: 2 } }, () => 2);
  expect((await registry.ledger.audit()).ok).toBe(true);
});

test("sealed({ before }) counts the entries before a moment", async () => {
  expect(ledger.sealed()).toBe(0);
  await run("first");
  await run("second");
  expect(ledger.sealed({ before: start + 60_000 })).toBe(0);
  expect(ledger.sealed({ before: start + 60_001 })).toBe(5);
  expect(ledger.sealed()).toBe(10);
});

test("export returns every row as it was hashed", async () => {
  await run("first");
  const rows = [...ledger.export()];
  expect(rows.map(({ seq, hash }) => ({ seq, hash }))).toEqual(
    ledger.rows("first").map(({ seq, hash }) => ({ seq, hash })),
  );
  expect(rows[1]).toMatchObject({ prev_hash: rows[0]?.["hash"], type: "settlement" });
  expect([...ledger.export(2)]).toEqual(rows.slice(0, 2));
});
