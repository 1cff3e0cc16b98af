// Files whose bytes have changed, as a bad disk or a person changes them.
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLedger, sqlite, type Verification } from "../src/index.ts";

const pageSize = 4_096;
const key = generateKeyPairSync("ed25519")
  .privateKey.export({ format: "pem", type: "pkcs8" })
  .toString();

let folder: string;
let file: string;
let whole: Buffer;
let rows: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ledger-"));
  file = join(folder, "ledger.db");
  const { ledger } = sqlite(file, { key });
  for (let call = 0; call < 60; call += 1) {
    ledger.append([
      {
        ...({ type: "settlement", run: "run-1", status: "success", postings: [] } as const),
        at: call,
        call: `the-call-${call}`,
      },
    ]);
  }
  ledger.append([{ type: "run-ended", run: "run-1", at: 60, postings: [] }]);
  rows = JSON.stringify([...ledger.export()]);
  ledger.close();
  whole = readFileSync(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What `verify` says about a file with some bytes changed, and whether its rows are still the same. */
function check(change: (bytes: Buffer) => void): { verified?: Verification; isSame?: boolean } {
  const bytes = Buffer.from(whole);
  change(bytes);
  writeFileSync(file, bytes);
  let ledger;
  try {
    ledger = openLedger(file, { readOnly: true, key });
    const verified = ledger.verify();
    if (verified.faults.length > 0) return { verified };
    return { verified, isSame: JSON.stringify([...ledger.export()]) === rows };
  } catch {
    return {}; // SQLite refuses the file
  } finally {
    ledger?.close();
  }
}

test("a changed byte of a page of entries is found, unless the page does not use the byte", () => {
  const page = Math.floor(whole.indexOf("the-call-20") / pageSize) * pageSize;
  const unseen: number[] = [];
  let found = 0;
  // Every fifth byte: no column has this period, so the changes fall on each kind of byte.
  for (let at = page; at < page + pageSize; at += 5) {
    const { verified, isSame } = check((bytes) => (bytes[at]! ^= 1));
    if (verified === undefined || verified.faults.length > 0) found += 1;
    else if (isSame !== true) unseen.push(at - page);
  }
  expect(unseen).toEqual([]);
  expect(found).toBeGreaterThan(400);
}, 60_000);

test("a page that a disk has lost is a fault with the number of its first entry", () => {
  const page = Math.floor(whole.indexOf("the-call-20") / pageSize) * pageSize;
  const { verified } = check((bytes) => bytes.fill(0, page, page + pageSize));
  const [fault] = verified!.faults;
  expect(fault!.seq).toBeLessThanOrEqual(21);
  expect(fault!.fault).toBe("this entry can't be read: database disk image is malformed");
});
