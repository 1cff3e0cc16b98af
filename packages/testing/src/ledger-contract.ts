import type { Ledger, LedgerEntry, MaybePromise } from "@guard/core";
import { checkArgument, checkOptions, hasMethods } from "@guard/core/adapter";
import { checkRunner } from "./check-runner.ts";
import { fits, manyKinds, queries } from "./ledger-queries.ts";
import { ledgerSamples } from "./ledger-samples.ts";
import type { TestRunner } from "./test-runner.ts";

/**
 * Traits of a ledger under test.
 *
 * @example
 * const traits = { close: (ledger) => ledger.close(), reopen: () => new MyLedger("test.db") };
 * ledgerContract({ describe, test, expect }, "my ledger", () => new MyLedger("test.db"), traits);
 */
export interface LedgerTraits<L extends Ledger = Ledger> {
  /** Closes a ledger. The contract calls it after each test, for each ledger. Default: nothing to close. */
  readonly close?: (ledger: L) => MaybePromise<unknown>;
  /**
   * Opens the entries of `ledger` once more, as another process does. Set it if entries outlive the ledger. Default: the contract
   * leaves out the tests of two ledgers on the same entries.
   */
  readonly reopen?: (ledger: L) => MaybePromise<L>;
}

/** Declares a test of an empty ledger. */
type LedgerTest<L> = (
  title: string,
  body: (ledger: L, reopen: () => Promise<L>) => Promise<void>,
) => void;

const example =
  'Write ledgerContract({ describe, test, expect }, "my ledger", () => new MyLedger()).';

/**
 * Declares the tests that every ledger must pass: it returns what was appended, in order, field by field, for every type of
 * entry, odd text and query.
 *
 * @param runner `{ describe, test, expect }` of Vitest or a similar runner
 * @param name the ledger's name in the report
 * @param makeLedger returns a new, empty ledger for one test
 * @param traits traits of the ledger. Default: none
 * @throws {OptionsError} if an argument is wrong. A test fails with one if `makeLedger` returns no ledger
 *
 * @example
 * import { describe, expect, test } from "vitest";
 * ledgerContract({ describe, test, expect }, "my ledger", () => new MyLedger());
 */
export function ledgerContract<L extends Ledger>(
  runner: TestRunner,
  name: string,
  makeLedger: () => MaybePromise<L>,
  traits: LedgerTraits<L> = {},
): void {
  checkRunner(runner, name, example);
  checkArgument(makeLedger, {
    path: "makeLedger",
    expected: "a function",
    fits: (value) => typeof value === "function",
    write: example,
  });
  checkOptions(
    traits,
    ["close", "reopen"],
    "Write { close: (ledger) => ledger.close() }.",
    "traits",
  );
  const { describe, test, expect } = runner;
  const { close, reopen } = traits;
  const ledgerTest: LedgerTest<L> = (title, body) =>
    void test(title, async () => {
      const first = await makeLedger();
      checkArgument(first, {
        path: "makeLedger()",
        expected: "a ledger with append, read",
        fits: (value) => hasMethods(value, "append", "read"),
        write: example,
      });
      const open = [first];
      const again = async () => {
        const other = await reopen!(first);
        open.push(other);
        return other;
      };
      try {
        await body(first, again);
      } finally {
        for (const ledger of open) await close?.(ledger);
      }
    });

  describe(name, () => {
    ledgerTest("begins empty", async (ledger) => {
      expect(await ledger.read({})).toEqual([]);
    });

    ledgerTest("an append of no entries writes nothing", async (ledger) => {
      await ledger.append([]);
      expect(await ledger.read({})).toEqual([]);
    });

    for (const entry of Object.values<LedgerEntry>(ledgerSamples)) {
      ledgerTest(`returns each field of an entry as it was: ${entry.type}`, async (ledger) => {
        await ledger.append([entry]);
        expect(await ledger.read({})).toEqual([entry]);
      });
    }

    ledgerTest("an entry has no fields but those that it was given", async (ledger) => {
      const { run, at } = ledgerSamples["run-ended"];
      const bare: LedgerEntry = { type: "run-ended", run, at, postings: [] };
      await ledger.append([bare]);
      const fields = (await ledger.read({})).map((entry) => Object.keys(entry).toSorted());
      expect(fields).toEqual([["at", "postings", "run", "type"]]);
    });

    for (const [shown, text] of Object.entries(texts)) {
      ledgerTest(`any text is a name: ${shown}`, async (ledger) => {
        const entries = named(text);
        await ledger.append(entries);
        expect(await ledger.read({})).toEqual(entries);
        expect(await ledger.read({ run: text })).toEqual(entries);
        expect(await ledger.read({ account: text })).toEqual(entries);
        expect(await ledger.read({ run: `${text}x` })).toEqual([]);
      });
    }

    ledgerTest("keeps an entry with half an emoji in its names", async (ledger) => {
      const half = "\u{1F600}".slice(0, 1);
      await ledger.append(named(half));
      expect((await ledger.read({})).map(({ type }) => type)).toEqual(
        named("").map(({ type }) => type),
      );
    });

    ledgerTest("reads no wildcards", async (ledger) => {
      await ledger.append(["a_", "ab", "a%", "a*"].flatMap(named));
      for (const text of ["a_", "a%", "a*"]) {
        expect(await ledger.read({ run: text })).toEqual(named(text));
        expect(await ledger.read({ account: text })).toEqual(named(text));
      }
    });

    ledgerTest("keeps the entries of appends in their order", async (ledger) => {
      await ledger.append([numbered(0), numbered(1), numbered(2)]);
      await ledger.append([numbered(3)]);
      await ledger.append([numbered(4), numbered(5)]);
      expect(await callsIn(ledger)).toEqual(["0", "1", "2", "3", "4", "5"]);
    });

    ledgerTest("keeps entries of one moment in their order", async (ledger) => {
      const entries = [3, 1, 2].map((call) => ({ ...numbered(call), at: numbered(0).at }));
      await ledger.append(entries);
      expect(await callsIn(ledger)).toEqual(["3", "1", "2"]);
    });

    ledgerTest("of many appends at once, each stays together", async (ledger) => {
      await Promise.all(batches(0).map(async (batch) => ledger.append(batch)));
      expect(tornIn(await callsIn(ledger))).toEqual([]);
      expect((await callsIn(ledger)).length).toBe(60);
    });

    ledgerTest("an append that throws has written none of its entries", async (ledger) => {
      const wrong = { ...numbered(1), at: Number.NaN };
      const isKept = await appended(ledger, [numbered(0), wrong, numbered(2)]);
      expect(await callsIn(ledger)).toEqual(isKept ? ["0", "1", "2"] : []);
      await ledger.append([numbered(3)]);
      expect((await callsIn(ledger)).at(-1)).toBe("3");
    });

    ledgerTest("a later append changes nothing in what was read before", async (ledger) => {
      await ledger.append([numbered(0)]);
      const before = await ledger.read({});
      await ledger.append([numbered(1)]);
      expect(before).toEqual([numbered(0)]);
    });

    ledgerTest(
      "finds entries by run, account, type and time, and by any of them together",
      async (ledger) => {
        await ledger.append(manyKinds);
        for (const query of queries()) {
          const expected = manyKinds.filter((entry) => fits(entry, query));
          expect({ query, found: await ledger.read(query) }).toEqual({ query, found: expected });
        }
      },
    );

    ledgerTest("a field of a query that is undefined asks for nothing", async (ledger) => {
      await ledger.append(manyKinds);
      const none = { run: undefined, account: undefined, type: undefined };
      expect(await ledger.read({ ...none, since: undefined, until: undefined })).toEqual(manyKinds);
    });

    if (reopen === undefined) return;

    ledgerTest(
      "a ledger that is opened writes nothing, and finds all entries",
      async (ledger, again) => {
        expect(await (await again()).read({})).toEqual([]);
        await ledger.append(manyKinds);
        expect(await (await again()).read({})).toEqual(manyKinds);
        expect(await ledger.read({})).toEqual(manyKinds);
      },
    );

    ledgerTest(
      "two ledgers on the same entries lose none, and tear no append",
      async (ledger, again) => {
        const other = await again();
        const all = batches(0).map(async (batch) => ledger.append(batch));
        const others = batches(1_000).map(async (batch) => other.append(batch));
        await Promise.all([...all, ...others]);
        expect((await callsIn(ledger)).length).toBe(120);
        expect(tornIn(await callsIn(ledger))).toEqual([]);
        expect(await callsIn(other)).toEqual(await callsIn(ledger));
      },
    );
  });
}

const texts = {
  "an emoji": "\u{1F600} näme",
  "a NUL": "a\u0000b",
  "line breaks and quotes": "a\n'b'\r\"c\\",
  '"__proto__"': "__proto__",
  '"constructor"': "constructor",
  "100,000 letters": "x".repeat(100_000),
};

/** Entries in which every text of a user or a model is `text`. */
function named(text: string): readonly LedgerEntry[] {
  const { decision, override, trip } = ledgerSamples;
  const postings = [{ ...decision.postings[0]!, account: text, slot: text }];
  const own = { run: text, postings };
  const accounts = { session: text, user: text };
  const { report } = trip;
  const finding = { ...report.finding, agent: text, tool: text };
  return [
    {
      ...decision,
      ...own,
      agent: text,
      call: text,
      tool: text,
      session: text,
      lane: text,
      accounts,
    },
    { ...override, ...own, override: { ...override.override, by: text, why: text } },
    { ...trip, ...own, report: { ...report, run: text, finding } },
  ];
}

const numbered = (call: number) => ({
  ...ledgerSamples.settlement,
  at: ledgerSamples.settlement.at + call,
  call: `${call}`,
});

/** Twenty appends of three entries. */
const batches = (from: number) =>
  Array.from({ length: 20 }, (_, batch) =>
    [0, 1, 2].map((one) => numbered(from + 3 * batch + one)),
  );

/** The calls of all entries, in the order of the ledger. */
async function callsIn(ledger: Ledger): Promise<readonly string[]> {
  const entries = await ledger.read({});
  return entries.map((entry) => ("call" in entry ? entry.call : entry.type));
}

/** The batches whose three entries don't follow each other. */
function tornIn(calls: readonly string[]): readonly string[] {
  const firsts = calls.filter((_, index) => index % 3 === 0);
  const isWhole = (first: string, batch: number) =>
    [0, 1, 2].every((one) => calls[3 * batch + one] === `${Number(first) + one}`);
  return firsts.filter((first, batch) => !isWhole(first, batch));
}

/** Whether an append has kept the entries: it may also throw. */
async function appended(ledger: Ledger, entries: readonly LedgerEntry[]): Promise<boolean> {
  try {
    await ledger.append(entries);
    return true;
  } catch {
    return false;
  }
}
