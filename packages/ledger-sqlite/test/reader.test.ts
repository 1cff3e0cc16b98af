import { createRegistry } from "@guard/core";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openLedger, sqlite, type LedgerFile } from "../src/index.ts";

let folder: string;
let file: string;
let ledger: LedgerFile;
const noon = Date.UTC(2026, 10, 29, 12);
const minute = 60_000;

/** One run that ends well at noon, and one a minute later that loops until guard stops it. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ledger-"));
  file = join(folder, "ledger.db");
  let now = noon;
  const opened = sqlite(file, { clock: () => now });
  ledger = opened.ledger;
  const registry = createRegistry({
    ...opened,
    ports: { clock: () => now },
    limits: { user: { usd: 5, per: "day" } },
    accounts: { user: "42", session: "chat-1" },
  });
  const good = registry.breaker({ name: "good" });
  const usage = { inputTokens: 10, outputTokens: 5, usd: 0.25 };
  const [asked] = await good.agent("a").admit([{ kind: "model", model: "m" }]);
  await good.agent("a").settle(asked.token, { status: "success", result: "x", usage });
  good.endRun();
  now += minute;
  const looping = registry.breaker({ name: "looping" }).agent("b");
  for (let step = 0; step < 20; step += 1) {
    await looping
      .run({ kind: "tool", tool: "search", args: { q: "port" } }, () => "nothing")
      .catch(() => {});
  }
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

const times = { first: "2026-11-29T12:00:00.000Z", second: "2026-11-29T12:01:00.000Z" };

describe("runs", () => {
  test("tells what each run has done and spent, the newest first", () => {
    const [looping, good, ...others] = ledger.runs();
    expect(others).toEqual([]);
    expect(good).toEqual({
      run: "good",
      session: "chat-1",
      began: times.first,
      last: times.first,
      ended: times.first,
      modelCalls: 1,
      toolCalls: 0,
      refused: 0,
      tokens: 15,
      usd: 0.25,
    });
    expect(looping).toEqual({
      run: "looping",
      session: "chat-1",
      began: times.second,
      last: times.second,
      modelCalls: 0,
      toolCalls: 3,
      refused: 17,
      tokens: 0,
      usd: 0,
      reason: "loop",
    });
  });

  test.for([
    [{ since: noon + 1 }, ["looping"]],
    [{ until: noon + minute }, ["good"]],
    [{ limit: 1 }, ["looping"]],
    [{ run: "good" }, ["good"]],
    [{ run: "none" }, []],
    [{ session: "chat-1" }, ["looping", "good"]],
    [{ session: "chat-2" }, []],
    [{ since: noon + 2 * minute }, []],
  ] as const)("asked for %j it returns %j", ([query, runs]) => {
    expect(ledger.runs(query).map(({ run }) => run)).toEqual(runs);
  });

  test("a run that a later process goes on with has not ended", async () => {
    await createRegistry({ ledger, ports: { clock: () => noon + 2 * minute } })
      .breaker({ name: "good" })
      .agent("a")
      .run({ kind: "tool", tool: "search", args: {} }, () => "x");
    const [good] = ledger.runs();
    expect(good).toMatchObject({ run: "good", modelCalls: 1, toolCalls: 1 });
    expect(good).not.toHaveProperty("ended");
  });
});

describe("trips", () => {
  test.for([
    [{}, 1],
    [{ since: noon + minute }, 1],
    [{ since: noon + minute + 1 }, 0],
  ] as const)("asked for %j it returns %i", ([query, count]) => {
    const trips = ledger.trips(query);
    expect(trips.map(({ run, report }) => [run, report.reason])).toEqual(
      Array.from({ length: count }, () => ["looping", "loop"]),
    );
  });
});

describe("bounds of a query", () => {
  const all = ["looping", "good"];

  test.for([
    [{ since: -Infinity, until: Infinity }, all],
    [{ since: -Number.MAX_VALUE, until: Number.MAX_VALUE }, all],
    [{ since: Infinity }, []],
    [{ until: -Infinity }, []],
  ] as const)("%j is no error", ([query, runs]) => {
    expect(ledger.runs(query).map(({ run }) => run)).toEqual(runs);
    const entries = new Set(ledger.read(query).map(({ run }) => run));
    expect(entries).toEqual(new Set(runs));
    expect(ledger.sealed({ before: Infinity })).toBe(ledger.sealed());
  });

  test.for([
    ["since", () => ledger.runs({ since: NaN })],
    ["until", () => ledger.runs({ until: NaN })],
    ["since", () => ledger.read({ since: NaN })],
    ["until", () => ledger.read({ until: NaN })],
    ["since", () => ledger.trips({ since: NaN })],
    ["before", () => ledger.sealed({ before: NaN })],
  ] as const)("%s: NaN is an error that names the bound", ([name, read]) => {
    expect(read).toThrow(`${name}: expected milliseconds since the epoch, received NaN`);
  });
});

test("rows of a run are its entries with their places in the chain", async () => {
  const rows = ledger.rows("good");
  expect(rows.map(({ entry }) => entry)).toEqual(ledger.read({ run: "good" }));
  expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  for (const { hash } of rows) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(ledger.rows("missing")).toEqual([]);
});

test("accounts tells what each account has used by window", async () => {
  expect(await ledger.accounts()).toEqual([
    {
      account: "user:42",
      window: "day 2026-11-29 UTC",
      modelCalls: 1,
      toolCalls: 3,
      delegations: 0,
      tokens: 15,
      usd: 0.25,
      reservedUsd: 0,
    },
  ]);
});

describe("openLedger", () => {
  test("reads what another process is writing", async () => {
    const reader = openLedger(file, { readOnly: true, clock: () => noon + minute });
    expect(reader.runs()).toEqual(ledger.runs());
    expect(reader.trips()).toEqual(ledger.trips());
    expect(await reader.accounts()).toEqual(await ledger.accounts());
    expect(reader.verify()).toEqual(ledger.verify());
    reader.close();
  });

  test("checks signatures with the public key alone, or with one of several", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const signed = join(folder, "signed.db");
    const key = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    const writer = sqlite(signed, { key }).ledger;
    writer.append([{ type: "run-ended", run: "a", at: noon, postings: [] }]);
    const faultsWith = (...used: readonly KeyObject[]) => {
      const pem = used.map((one) => one.export({ format: "pem", type: "spki" })).join("");
      const reader = openLedger(signed, { readOnly: true, key: pem });
      const { faults } = reader.verify();
      reader.close();
      return faults;
    };
    expect(faultsWith(publicKey)).toEqual([]);
    expect(faultsWith(generateKeyPairSync("ed25519").publicKey, publicKey)).toEqual([]);
    expect(faultsWith(generateKeyPairSync("ed25519").publicKey)).toEqual([
      { seq: 1, fault: "the signature of this checkpoint is not good" },
    ]);
    writer.close();
  });

  test("reads a file that is read-only in a folder that is", () => {
    const closed = join(folder, "closed.db");
    const writer = sqlite(closed).ledger;
    writer.append([{ type: "run-ended", run: "a", at: noon, postings: [] }]);
    writer.close();
    chmodSync(closed, 0o444);
    chmodSync(folder, 0o555);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid!(65_534); // root may write anywhere
    try {
      const reader = openLedger(closed, { readOnly: true });
      expect(reader.verify()).toMatchObject({ entries: 1, faults: [] });
      reader.close();
    } finally {
      if (isRoot) process.seteuid!(0);
      chmodSync(folder, 0o755);
    }
  });

  test("refuses a missing file and does not create it", () => {
    const missing = join(folder, "missing.db");
    expect(() => openLedger(missing, { readOnly: true })).toThrow(
      `there is no ledger ${missing}. guard writes one if you create the registry with sqlite("${missing}")`,
    );
    expect(existsSync(missing)).toBe(false);
  });

  test.for([
    ["a text", (path: string) => writeFileSync(path, "x".repeat(4_096)), /not a database/],
    [
      "another database",
      (path: string) => {
        const other = new DatabaseSync(path);
        other.exec("CREATE TABLE other (x)");
        other.close();
      },
      /the file is no ledger of guard/,
    ],
  ] as const)("refuses %s", ([, write, fault]) => {
    const other = join(folder, "other.db");
    write(other);
    expect(() => openLedger(other, { readOnly: true })).toThrow(fault);
  });
});
