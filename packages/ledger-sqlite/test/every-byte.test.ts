// Changes each byte of each column of some rows, as a person with the file can.
import { createRegistry } from "@guard/core";
import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { sealer } from "../src/checkpoint.ts";
import { openDatabase } from "../src/database.ts";
import { sqliteLedger } from "../src/sqlite-ledger.ts";
import { sqliteStore } from "../src/sqlite-store.ts";
import { verifyLedger } from "../src/verify.ts";

test("verify names the row of every changed byte", async () => {
  const key = generateKeyPairSync("ed25519");
  const database = openDatabase(":memory:");
  const ledger = sqliteLedger(database);
  const registry = createRegistry({
    store: sqliteStore(database, Date.now),
    ledger,
    limits: { user: { usd: 5 } },
    accounts: { user: "42", session: "chat-1" },
  });
  const lane = registry.breaker({ name: "job" }).agent("finder");
  const usage = { inputTokens: 10, cachedInputTokens: 2, outputTokens: 5, usd: 0.25 };
  const [asked] = await lane.admit([{ kind: "model", model: "m" }]);
  await lane.settle(asked.token, { status: "success", result: "x", usage });
  for (let step = 0; step < 7; step += 1) {
    await lane
      .run({ kind: "tool", tool: "search", args: { q: "port" } }, () => "nothing")
      .catch(() => {});
  }
  sealer(database, key)(1);
  database.exec("DROP TRIGGER entries_never_change");
  const rows = database.prepare("SELECT * FROM entries ORDER BY seq").all();
  expect(new Set(rows.map(({ type }) => type))).toEqual(
    new Set(["decision", "settlement", "trip"]),
  );

  let changes = 0;
  const unseen: string[] = [];
  for (const row of rows) {
    const seq = Number(row["seq"]);
    for (const [column, value] of Object.entries(row)) {
      if (column === "seq") continue;
      const change = database.prepare(`UPDATE entries SET ${column} = ? WHERE seq = ?`);
      for (const changed of changesOf(value)) {
        change.run(changed, seq);
        changes += 1;
        const { faults } = verifyLedger(database, { publicKeys: [key.publicKey] });
        if (!faults.some((fault) => fault.seq === seq)) unseen.push(`${seq} ${column}`);
      }
      change.run(value, seq);
    }
  }
  expect(unseen).toEqual([]);
  expect(changes).toBeGreaterThan(4_000);
  expect(verifyLedger(database, { publicKeys: [key.publicKey] }).faults).toEqual([]);
});

/** A value with each of its bytes changed. Bits 0 to 6 take turns, so that text stays text. */
function changesOf(value: unknown): readonly (string | number)[] {
  if (value === null) return ["x", 0];
  if (typeof value !== "string") return [Number(value) + 1, Number(value) + 256];
  return Array.from({ length: value.length }, (_, at) => {
    const bytes = Buffer.from(value);
    bytes[at]! ^= 1 << (at % 7);
    return bytes.toString();
  });
}
