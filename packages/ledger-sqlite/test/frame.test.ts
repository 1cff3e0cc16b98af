import type { LedgerEntry } from "@guard/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frameHash, frameOf } from "../src/frame.ts";
import { rowsOfSession } from "../src/session-rows.ts";
import {
  decision,
  ended,
  modelCall,
  rowsOf,
  settlement,
  spec,
  trip,
  whole,
} from "./support/session.ts";

const frame = (entries: readonly LedgerEntry[]) => frameOf("audit-7", rowsOf(entries));
const hash = (entries: readonly LedgerEntry[]) => frameHash(frame(entries));

describe("a frame has five parts", () => {
  const { promise, done, difference, evidence, assumptions } = frame(whole);

  test("the promise and the acceptance criterion are the answers of the spec", () => {
    expect([promise, done]).toEqual([
      { does: "audits one page for missing titles", doesNot: "change the page" },
      "the report names every missing title",
    ]);
  });

  test("the difference goes from the first input to the last output, and adds up what that took", () => {
    expect(difference).toEqual({
      firstInput: "in-m1",
      lastOutput: "out-m2",
      modelCalls: 2,
      toolCalls: 1,
      tokens: 240,
      nanoUsd: 6_000_000,
      breaches: [],
    });
  });

  test("the evidence has every row of the runs, and a result names the agent and the tool of its call", () => {
    expect(evidence.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
      "2 decision",
      "3 settlement",
      "4 decision",
      "5 settlement",
      "6 decision",
      "7 settlement",
      "8 run-ended",
    ]);
    expect(evidence[3]).toEqual({
      seq: 5,
      time: "2026-11-29T12:00:00.000Z",
      run: "run-1",
      type: "settlement",
      agent: "auditor",
      tool: "fetch_page",
      status: "success",
      hash: "hash-5",
    });
  });

  test("a session without open questions leaves no assumption", () => {
    expect(assumptions).toEqual([]);
  });
});

test("a trip is a breach, with its row", () => {
  const entries = [spec, decision("t1"), settlement("t1"), trip(), ended()];
  expect(frame(entries).difference.breaches).toEqual([
    { seq: 4, run: "run-1", reason: "loop", observed: false },
  ]);
});

test("a run that guard had stopped before the session is a breach: its first refused call", () => {
  const denied = { verdict: "open", executed: false } as const;
  const entries = [spec, decision("t1", denied), decision("t2", denied), ended()];
  expect(frame(entries).difference.breaches).toEqual([
    { seq: 2, run: "run-1", reason: "stopped before", observed: false },
  ]);
  expect(frame([spec, decision("t1", denied), trip()]).difference.breaches).toEqual([
    { seq: 3, run: "run-1", reason: "loop", observed: false },
  ]);
});

const noPrice = { inputTokens: 100, outputTokens: 20, nanoUsd: 0 };
const noTokens = { inputTokens: 100, nanoUsd: 5 };
const cutOff = { status: "ignored", inputTokens: 100, outputTokens: 20, nanoUsd: 5 } as const;
const forced = { id: "o1", by: "ops", why: "known", at: 0, force: "closed" } as const;
const override: LedgerEntry = {
  type: "override",
  run: "run-1",
  at: 0,
  postings: [],
  override: forced,
};

test.for<readonly [string, readonly LedgerEntry[], string, readonly number[]]>([
  ["no spec", [decision("t1"), settlement("t1"), ended()], "no-spec", []],
  [
    "a spec from after the start",
    [decision("t1"), settlement("t1"), ended(), spec],
    "spec-after-start",
    [4],
  ],
  ["a spec and nothing else", [spec], "no-calls", []],
  ["a run that has not ended", [spec, decision("t1"), settlement("t1")], "run-without-end", [3]],
  ["a call without a result", [spec, decision("t1"), ended()], "call-without-result", [2]],
  [
    "a result whose call is gone",
    [spec, settlement("t0"), decision("t1"), settlement("t1"), ended()],
    "result-without-call",
    [2],
  ],
  [
    "a result of unknown outcome",
    [spec, decision("t1"), settlement("t1", { status: "unknown" }), ended()],
    "unknown-outcome",
    [3],
  ],
  [
    "a model call that reported half its tokens",
    [spec, ...modelCall("m1", noTokens), ended()],
    "usage-not-reported",
    [3],
  ],
  [
    "a model call that was cut off",
    [spec, ...modelCall("m1", cutOff), ended()],
    "usage-not-reported",
    [3],
  ],
  ["a model call without a price", [spec, ...modelCall("m1", noPrice), ended()], "no-price", [3]],
  [
    "a refused call that ran",
    [spec, decision("t1", { verdict: "block" }), settlement("t1"), ended()],
    "ran-although-refused",
    [2],
  ],
  [
    "a trip that guard only watched",
    [spec, decision("t1"), settlement("t1"), trip({ observed: true }), ended()],
    "breach-observed",
    [4],
  ],
  ["an override", [spec, decision("t1"), settlement("t1"), override, ended()], "override", [4]],
  [
    "calls without hashes",
    [
      spec,
      { ...decision("t1"), inputHash: undefined } as unknown as LedgerEntry,
      settlement("t1"),
      ended(),
    ],
    "no-hashes",
    [2],
  ],
])("%s stays an assumption", ([, entries, code, seqs]) => {
  expect(frame(entries).assumptions).toEqual([{ code, seqs }]);
});

test("a refused call that did not run leaves nothing open", () => {
  const refused = decision("t1", { verdict: "block", executed: false });
  expect(frame([spec, refused, ended()]).assumptions).toEqual([]);
});

describe("the rows of a session", () => {
  const other = { session: "audit-8" };
  const restored: LedgerEntry = { type: "restored", run: "run-1", at: 0, postings: [] };

  test.for<readonly [string, readonly LedgerEntry[], readonly number[]]>([
    [
      "are not those of another session's run",
      [decision("t1"), decision("t2", { ...other, run: "run-2" }), ended(), ended("run-2")],
      [1, 3],
    ],
    [
      "are those of all its runs",
      [decision("t1"), decision("t2", { run: "run-2" }), ended(), ended("run-2")],
      [1, 2, 3, 4],
    ],
    [
      "end where a named run goes on for another session",
      [decision("t1"), ended(), restored, decision("t2", other), trip(), ended()],
      [1, 2],
    ],
    [
      "begin before the first decision",
      [decision("t2", other), ended(), restored, decision("t1"), trip(), ended()],
      [3, 4, 5, 6],
    ],
    [
      "hold the result of their own call, although it comes late",
      [decision("t1"), decision("t2", other), settlement("t1"), settlement("t2")],
      [1, 3],
    ],
    ["hold no spec and no attestation", [spec, decision("t1")], [2]],
  ])("%s", ([, entries, expected]) => {
    const found = rowsOfSession(rowsOf(entries), "audit-7");
    expect(found.map(({ seq }) => seq)).toEqual(expected);
  });
});

describe("the hash of a frame", () => {
  const arbitraryEntry = fc.oneof(
    fc
      .record({ call: fc.string(), tool: fc.string({ unit: "binary" }), agent: fc.string() })
      .map(({ call, ...given }) => decision(call, given)),
    fc
      .record({ call: fc.string(), nanoUsd: fc.nat(), inputTokens: fc.nat() })
      .map(({ call, ...given }) => settlement(call, given)),
    fc.constantFrom(spec, trip(), ended(), decision("x", { session: "audit-8" })),
  );
  const entries = fc.array(arbitraryEntry, { maxLength: 30 });

  test("is the same in any order of reading", () => {
    const readings = entries
      .map((all) => rowsOf(all))
      .chain((rows) =>
        fc.tuple(
          fc.constant(rows),
          fc.shuffledSubarray([...rows], { minLength: rows.length, maxLength: rows.length }),
        ),
      );
    fc.assert(
      fc.property(readings, ([rows, shuffled]) => {
        expect(frameHash(frameOf("audit-7", shuffled))).toBe(frameHash(frameOf("audit-7", rows)));
      }),
    );
  });

  test("is another one with one more row of the session", () => {
    fc.assert(
      fc.property(entries, (all) => {
        expect(hash([...all, decision("one-more")])).not.toBe(hash(all));
      }),
    );
  });

  test("is another one if any row has changed", () => {
    const rows = rowsOf(whole);
    for (const { seq } of rowsOfSession(rows, "audit-7")) {
      const changed = rows.map((row) => (row.seq === seq ? { ...row, hash: "changed" } : row));
      expect(frameHash(frameOf("audit-7", changed))).not.toBe(hash(whole));
    }
  });

  test("is the same after attestations and rows of other sessions", () => {
    const attestation: LedgerEntry = {
      type: "attestation",
      run: "",
      session: "audit-7",
      at: 0,
      frame: "x",
      reviewer: "Ada",
      postings: [],
    };
    const more = [attestation, decision("t9", { session: "audit-8", run: "run-2" })];
    expect(hash([...whole, ...more])).toBe(hash(whole));
  });

  test("is the one that Python works out from the sorted JSON of the frame", () => {
    expect(hash(whole)).toBe("f19022b6650e723815ffd8be48fb4eed6bca25f42b0f2e7a437c31e5b7af2da6");
  });
});
