// Large files, and very many kills.
import type { LedgerEntry } from "@guard/core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sqlite } from "../src/index.ts";
import { killRound } from "./support/kill-round.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ledger-"));
  file = join(folder, "ledger.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

const settlement = (index: number): LedgerEntry => ({
  type: "settlement",
  run: `run-${Math.floor(index / 20)}`,
  at: Date.UTC(2026, 0, 1) + index * 1_000,
  call: String(index),
  status: "success",
  postings: [],
});

test(
  "100,000 entries: readers find one run among 5,000, and verify tells its progress",
  { timeout: 120_000 },
  () => {
    const { ledger } = sqlite(file);
    for (let index = 0; index < 100_000; index += 1) ledger.append([settlement(index)]);
    expect(ledger.rows("run-2500").map(({ seq }) => seq)).toEqual(
      Array.from({ length: 20 }, (_, index) => 50_001 + index),
    );
    expect(ledger.runs()).toHaveLength(5_000);
    expect(ledger.runs({ limit: 1 })).toMatchObject([{ run: "run-4999" }]);
    const told: number[] = [];
    expect(ledger.verify((done) => void told.push(done))).toMatchObject({
      entries: 100_000,
      faults: [],
    });
    expect(told).toEqual(Array.from({ length: 10 }, (_, index) => (index + 1) * 10_000));
    ledger.close();
  },
);

/** Each round takes a second or more. `GUARD_KILL_ROUNDS=200` plays as many as you like. */
const rounds = Number(process.env["GUARD_KILL_ROUNDS"] ?? 30);

/** `verify` reads the whole file after each round, so a new file begins after so many. */
const roundsOfFile = 20;

test(`${rounds} rounds of kill -9 lose nothing`, { timeout: 900_000 }, async () => {
  let acknowledged = 0;
  let lost = 0;
  for (let round = 0; round < rounds; round += 1) {
    const used = `${file}-${Math.floor(round / roundsOfFile)}`;
    const after = await killRound(used, round, { least: 3 });
    acknowledged += after.acknowledged;
    lost += after.lost;
    expect(after.verified.faults).toEqual([]);
  }
  expect(lost).toBe(0);
  console.log(`${rounds} rounds, 4 writers, ${acknowledged} acknowledged entries, ${lost} lost`);
});
