import { createRegistry, OptionsError } from "@guard/core";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NotAttestedError, openLedger, sqlite, type LedgerFile } from "../src/index.ts";

let folder: string;
let file: string;
let ledger: LedgerFile;
let work: (session: string, calls?: number) => Promise<void>;

const key = generateKeyPairSync("ed25519")
  .privateKey.export({ format: "pem", type: "pkcs8" })
  .toString();
let now = Date.UTC(2026, 10, 29, 12);
const clock = () => (now += 1_000);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reviews-"));
  file = join(folder, "ledger.db");
  const ports = sqlite(file, { key, clock });
  ({ ledger } = ports);
  const registry = createRegistry({ ...ports });
  work = async (session, calls = 2) => {
    const breaker = registry.breaker({ accounts: { session } });
    const lane = breaker.agent("auditor");
    for (let page = 1; page <= calls; page += 1) {
      const call = { kind: "tool", tool: "fetch_page", args: { page } } as const;
      await lane.run(call, () => `page ${page}`);
    }
    breaker.endRun();
  };
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

const spec = {
  does: "audits one page for missing titles",
  doesNot: "change the page",
  done: "the report names every missing title",
};

describe("a spec", () => {
  test("is what specOf returns, also in the next process", () => {
    ledger.freezeSpec({ session: "audit-7", ...spec });
    ledger.close();
    ledger = sqlite(file).ledger;
    expect(ledger.specOf("audit-7")).toEqual(spec);
    expect(ledger.specOf("audit-8")).toBeUndefined();
  });

  test("is frozen: a session has one", () => {
    ledger.freezeSpec({ session: "audit-7", ...spec });
    const again = () => ledger.freezeSpec({ session: "audit-7", ...spec, does: "other work" });
    expect(again).toThrow(OptionsError);
    expect(again).toThrow('spec.session: "audit-7" has a spec, and a spec never changes');
    expect(ledger.specOf("audit-7")).toEqual(spec);
  });

  test("is frozen also if another process has written it", () => {
    const other = sqlite(file).ledger;
    expect(ledger.specOf("audit-7")).toBeUndefined();
    other.freezeSpec({ session: "audit-7", ...spec });
    other.close();
    expect(() => ledger.freezeSpec({ session: "audit-7", ...spec })).toThrow(/never changes/);
  });

  test.for([
    ["no session", { session: " " }, "spec.session: expected a name"],
    ["a short third answer", { done: "it works" }, "spec.done: expected a sentence"],
  ] as const)("with %s is refused, and the file stays as it was", ([, changed, fault]) => {
    expect(() => ledger.freezeSpec({ session: "audit-7", ...spec, ...changed })).toThrow(fault);
    expect(ledger.read({})).toEqual([]);
  });
});

describe("a review", () => {
  test("shows the rows of the session's runs, whose settlements name no session", async () => {
    ledger.freezeSpec({ session: "audit-7", ...spec });
    await Promise.all([work("audit-7"), work("audit-8")]);
    const { frame, uncovered } = ledger.review("audit-7");
    expect(frame.evidence.map(({ type }) => type).toSorted()).toEqual([
      "decision",
      "decision",
      "run-ended",
      "settlement",
      "settlement",
    ]);
    expect(frame.promise).toEqual({ does: spec.does, doesNot: spec.doesNot });
    expect([frame.assumptions, uncovered]).toEqual([[], 0]);
  });

  test("counts the rows that no checkpoint covers, outside the frame", async () => {
    const unsigned = sqlite(join(folder, "unsigned.db"));
    const lane = createRegistry({ ...unsigned })
      .breaker({ accounts: { session: "s" } })
      .agent();
    await lane.run({ kind: "tool", tool: "search", args: {} }, () => "found");
    const before = unsigned.ledger.review("s");
    unsigned.ledger.close();
    const signed = sqlite(join(folder, "unsigned.db"), { key }).ledger;
    signed.attest("s", { reviewer: "Ada" });
    const after = signed.review("s");
    signed.close();
    expect([before.uncovered, after.uncovered]).toEqual([2, 0]);
    expect(after.hash).toBe(before.hash);
  });

  test("of a session that the file knows nothing about is empty", () => {
    expect(ledger.review("audit-9").frame.assumptions.map(({ code }) => code)).toEqual([
      "no-spec",
      "no-calls",
    ]);
  });
});

describe("an attestation", () => {
  test("names the same frame for two reviewers, at any time, and in any process", async () => {
    await work("audit-7");
    const first = ledger.attest("audit-7", { reviewer: "Ada", notes: "read every row" });
    ledger.close();
    ledger = sqlite(file, { clock }).ledger;
    const second = ledger.attest("audit-7", { reviewer: "Grace" });
    expect(second.frame).toBe(first.frame);
    expect(second.at).toBeGreaterThan(first.at);
    expect(ledger.requireAttested("audit-7")).toEqual([first, second]);
    expect(ledger.verify().faults).toEqual([]);
  });

  test("holds no longer once the session goes on, and holds while others do", async () => {
    await work("audit-7");
    ledger.attest("audit-7", { reviewer: "Ada" });
    await work("audit-8");
    expect(ledger.requireAttested("audit-7")).toHaveLength(1);
    await work("audit-7", 1);
    expect(() => ledger.requireAttested("audit-7")).toThrow(
      'session "audit-7": the ledger has changed since the last attestation. ' +
        "Read it: guard review audit-7. Then attest it: guard attest audit-7 --reviewer NAME",
    );
  });

  test("shows the hash that the file has for each row", async () => {
    await work("audit-7");
    const { evidence } = ledger.review("audit-7").frame;
    const [run] = ledger.runs({ session: "audit-7" });
    expect(evidence.map(({ hash }) => hash)).toEqual(ledger.rows(run!.run).map(({ hash }) => hash));
  });

  test.for([
    "UPDATE entries SET status = 'failure' WHERE type = 'settlement'",
    "UPDATE entries SET duration_ms = 1 WHERE seq = 2",
    "UPDATE entries SET output_hash = 'other' WHERE seq = 2",
  ])("holds no longer after a person has changed a row: %s", async (sql) => {
    await work("audit-7");
    ledger.attest("audit-7", { reviewer: "Ada" });
    const database = new DatabaseSync(file);
    database.exec(`DROP TRIGGER entries_never_change; ${sql}`);
    database.close();
    expect(() => ledger.requireAttested("audit-7")).toThrow(NotAttestedError);
  });

  test("is refused if the frame is no longer the one that the reviewer has read", async () => {
    await work("audit-7");
    const { hash } = ledger.review("audit-7");
    await work("audit-7", 1);
    const attest = () => ledger.attest("audit-7", { reviewer: "Ada", frame: hash });
    expect(attest).toThrow(/^frame: the ledger has changed since you read this frame/);
    expect(ledger.review("audit-7").attestations).toEqual([]);
  });

  test.for([
    ["no reviewer", "audit-7", " ", /^reviewer: expected a name/],
    [
      "a session that the file knows nothing about",
      "audit-9",
      "Ada",
      /holds nothing about "audit-9"/,
    ],
  ] as const)("with %s is refused", async ([, session, reviewer, fault]) => {
    await work("audit-7");
    const attest = () => ledger.attest(session, { reviewer });
    expect(attest).toThrow(OptionsError);
    expect(attest).toThrow(fault);
  });
});

test("a ledger that is open only for reading shows the same, and demands the same", async () => {
  ledger.freezeSpec({ session: "audit-7", ...spec });
  await work("audit-7");
  const reader = openLedger(file, { readOnly: true });
  expect(reader.specOf("audit-7")).toEqual(spec);
  expect(reader.review("audit-7")).toEqual(ledger.review("audit-7"));
  expect(() => reader.requireAttested("audit-7")).toThrow(NotAttestedError);
  const receipt = ledger.attest("audit-7", { reviewer: "Ada" });
  expect(reader.requireAttested("audit-7")).toEqual([receipt]);
  reader.close();
});

describe("requireAttested", () => {
  test("throws what to do, with a code", async () => {
    await work("audit-7");
    const refused = (() => {
      try {
        return ledger.requireAttested("audit-7");
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(NotAttestedError);
    expect(refused).toMatchObject({
      code: "GUARD_NOT_ATTESTED",
      session: "audit-7",
      frame: ledger.review("audit-7").hash,
      message:
        'session "audit-7": no reviewer has attested it. ' +
        "Read it: guard review audit-7. Then attest it: guard attest audit-7 --reviewer NAME",
    });
  });

  test.for(["a; rm -rf /", "--db", "$(id)", "a\nb"])(
    "writes no command with the session %j",
    (session) => {
      expect(() => ledger.requireAttested(session)).toThrow(
        "guard review SESSION. Then attest it: guard attest SESSION --reviewer NAME",
      );
    },
  );
});

test("a name that ends in half a character loses no entry", async () => {
  const session = "audit-\uD83D";
  const tool = `${"a".repeat(127)}\u{1F600}`; // guard cuts the name after 128 units: in the middle of the character
  ledger.freezeSpec({ session, ...spec });
  const breaker = createRegistry({ ledger }).breaker({ accounts: { session } });
  await breaker.agent("\uDE00").run({ kind: "tool", tool, args: {} }, () => "found");
  breaker.endRun();
  const { frame, hash } = ledger.review(session);
  expect(frame.evidence.map(({ type }) => type)).toEqual(["decision", "settlement", "run-ended"]);
  expect(ledger.attest(session, { reviewer: "Ada" }).frame).toBe(hash);
  expect(ledger.requireAttested(session)).toHaveLength(1);
  expect(ledger.verify().faults).toEqual([]);
});

test("a spec, a review and an attestation bring nothing of arguments and results into the file", async () => {
  const canary = "canary-5d41402a";
  ledger.freezeSpec({ session: "audit-7", ...spec });
  const registry = createRegistry({ ledger });
  const breaker = registry.breaker({ accounts: { session: "audit-7" } });
  await breaker
    .agent("auditor")
    .run({ kind: "tool", tool: "fetch_page", args: { q: canary } }, () => `found ${canary}`);
  breaker.endRun();
  ledger.attest("audit-7", { reviewer: "Ada", notes: "read every row" });
  ledger.close();
  const bytes = readFileSync(file).toString("latin1");
  expect(bytes).toContain("read every row");
  expect(bytes).not.toContain(canary);
});
