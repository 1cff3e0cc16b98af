import { memoryLedger, type Ledger, type LedgerEntry, type MemoryLedger } from "@guard/core";
import { describe, expect, test } from "vitest";
import { ledgerContract } from "../src/index.ts";
import { failuresOf } from "./support/collect.ts";

const runner = { describe, test, expect };

ledgerContract(runner, "the memory's ledger", () => memoryLedger());
ledgerContract(runner, "the memory's ledger, as a second process sees it", () => memoryLedger(), {
  reopen: (ledger) => ({ ...ledger }),
});
ledgerContract(runner, "a ledger that answers late", () => {
  const ledger = memoryLedger();
  return {
    append: async (entries) => ledger.append(entries),
    read: async (query) => ledger.read(query),
  } satisfies Ledger;
});

/** A right ledger with these methods changed. */
const spoilt = (change: (ledger: MemoryLedger) => Partial<Ledger>) => () => {
  const ledger = memoryLedger();
  return { ...ledger, ...change(ledger) };
};

/** A right ledger that reads something else. */
const reading = (spoil: (entries: readonly LedgerEntry[]) => readonly unknown[]) =>
  spoilt((ledger) => ({ read: (query) => spoil(ledger.read(query)) as readonly LedgerEntry[] }));

const started: LedgerEntry = { type: "restored", run: "new", at: 0, postings: [] };

const faults = {
  "writes when it is made": {
    make: () => {
      const ledger = memoryLedger();
      ledger.append([started]);
      return ledger;
    },
    found: "begins empty",
  },
  "drops the fields of trips": {
    make: reading((entries) => entries.map((entry) => ({ ...entry, postings: undefined }))),
    found: "returns each field of an entry as it was: trip",
  },
  "reads 0 as nothing": {
    make: reading((entries) =>
      entries.map((entry) =>
        Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== 0)),
      ),
    ),
    found: "returns each field of an entry as it was: settlement",
  },
  "returns empty fields": {
    make: reading((entries) => entries.map((entry) => ({ rule: null, ...entry }))),
    found: "an entry has no fields but those that it was given",
  },
  "ends a text at a NUL": {
    make: reading((entries) =>
      entries.map((entry) => JSON.parse(JSON.stringify(entry).replaceAll(/\\u0000[^"]*/g, ""))),
    ),
    found: "any text is a name: a NUL",
  },
  "refuses half an emoji": {
    make: spoilt((ledger) => ({
      append: (entries) => ledger.append(entries.filter(({ run }) => !/\p{Surrogate}/u.test(run))),
    })),
    found: "keeps an entry with half an emoji in its names",
  },
  "reads a name as a pattern": {
    make: spoilt((ledger) => ({
      read: ({ run, ...query }) => {
        const pattern = new RegExp(`^${(run ?? "%").replaceAll("_", ".").replaceAll("%", ".*")}$`);
        return ledger.read(query).filter((entry) => pattern.test(entry.run));
      },
    })),
    found: "reads no wildcards",
  },
  "returns the newest first": {
    make: reading((entries) => entries.toReversed()),
    found: "keeps the entries of appends in their order",
  },
  "sorts entries of one moment": {
    make: reading((entries) =>
      entries.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
    ),
    found: "keeps entries of one moment in their order",
  },
  "writes the entries of an append one by one": {
    make: spoilt((ledger) => ({
      append: async (entries) => {
        for (const entry of entries) {
          ledger.append([entry]);
          await Promise.resolve();
        }
      },
    })),
    found: "of many appends at once, each stays together",
  },
  "writes until an entry is wrong": {
    make: spoilt((ledger) => ({
      append: (entries) => {
        for (const entry of entries) ledger.append([{ ...entry, at: Date.parse(iso(entry.at)) }]);
      },
    })),
    found: "an append that throws has written none of its entries",
  },
  "returns the list that it writes to": {
    make: () => {
      const all: LedgerEntry[] = [];
      return {
        append: (entries: readonly LedgerEntry[]) => void all.push(...entries),
        read: () => all,
      };
    },
    found: "a later append changes nothing in what was read before",
  },
  "returns entries of the moment `until`": {
    make: spoilt((ledger) => ({
      read: ({ until, ...query }) => ledger.read({ ...query, until: until && until + 1 }),
    })),
    found: "finds entries by run, account, type and time, and by any of them together",
  },
  "finds an account twice in an entry twice": {
    make: spoilt((ledger) => ({
      read: (query) =>
        ledger
          .read(query)
          .flatMap((entry) =>
            query.account === undefined
              ? entry
              : entry.postings.filter(({ account }) => account === query.account).map(() => entry),
          ),
    })),
    found: "finds entries by run, account, type and time, and by any of them together",
  },
} as const;

const iso = (at: number) => new Date(at).toISOString();

const startedAgain = (ledger: Ledger) => {
  void ledger.append([started]);
  return ledger;
};

describe("finds a ledger that", () => {
  test.for(Object.entries(faults))("%s", async ([name, { make, found }]) => {
    const failed = await failuresOf((collect) => ledgerContract<Ledger>(collect, name, make));
    expect(failed).toContain(found);
  });

  test("writes when it is opened once more", async () => {
    const failed = await failuresOf((collect) =>
      ledgerContract<Ledger>(collect, "restarts", () => memoryLedger(), { reopen: startedAgain }),
    );
    expect(failed).toContain("a ledger that is opened writes nothing, and finds all entries");
  });

  test("keeps what a second one writes for itself", async () => {
    const failed = await failuresOf((collect) =>
      ledgerContract<Ledger>(collect, "apart", () => memoryLedger(), {
        reopen: () => memoryLedger(),
      }),
    );
    expect(failed).toContain("two ledgers on the same entries lose none, and tear no append");
  });
});

test("the contract closes each ledger after its test, also after a failure", async () => {
  const opened: Ledger[] = [];
  const closed: Ledger[] = [];
  const open = (ledger: Ledger) => {
    opened.push(ledger);
    return ledger;
  };
  await failuresOf((collect) =>
    ledgerContract<Ledger>(collect, "closes", () => open({ append: () => {}, read: () => [] }), {
      reopen: () => open(memoryLedger()),
      close: (ledger) => closed.push(ledger),
    }),
  );
  expect(opened.length).toBeGreaterThan(20);
  expect(new Set(closed)).toEqual(new Set(opened));
  expect(closed).toHaveLength(opened.length);
});
