import { createRegistry, findCircuitOpen } from "@guard/core";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqlite } from "../src/index.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "ledger-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const pem = () =>
  generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();

/** A run that loops until guard stops it. Returns how often the tool ran, and what stopped the run. */
async function loop(registry: ReturnType<typeof createRegistry>, name?: string) {
  const breaker = registry.breaker(name === undefined ? {} : { name });
  const lane = breaker.agent("finder");
  let runs = 0;
  for (let step = 0; step < 20; step += 1) {
    try {
      await lane.run({ kind: "tool", tool: "search", args: { q: "port" } }, () => {
        runs += 1;
        return "nothing";
      });
    } catch (error) {
      const stop = findCircuitOpen(error);
      if (stop === undefined) continue;
      if (name === undefined) breaker.endRun();
      return { runs, stop };
    }
  }
  return { runs, stop: undefined };
}

describe("one line turns on store and ledger", () => {
  test("the file holds what happened, and is whole", async () => {
    const file = join(folder, "a", "ledger.db");
    const { store, ledger } = sqlite(file, { key: pem() });
    await loop(createRegistry({ store, ledger }));
    const kinds = ledger.read({}).map(({ type }) => type);
    expect(kinds).toContain("trip");
    expect(ledger.verify()).toEqual({
      entries: kinds.length,
      checked: kinds.length,
      dropped: 0,
      uncovered: 0,
      checkpoints: 1,
      faults: [],
    });
    ledger.close();
  });

  test("a named job that was stopped fails closed in the next process", async () => {
    const file = join(folder, "ledger.db");
    const first = sqlite(file);
    expect((await loop(createRegistry({ ...first }), "nightly")).runs).toBe(3);
    first.ledger.close();
    const second = sqlite(file);
    const { runs, stop } = await loop(createRegistry({ ...second }), "nightly");
    expect([runs, stop?.reason]).toEqual([0, "loop"]);
    second.ledger.close();
  });

  test("a budget of a user goes on in the next process", async () => {
    const file = join(folder, "ledger.db");
    const limits = { user: { toolCalls: 2 } };
    const passed: number[] = [];
    for (let process = 0; process < 2; process += 1) {
      const { store, ledger } = sqlite(file);
      const registry = createRegistry({ store, ledger, limits, accounts: { user: "42" } });
      const lane = registry.breaker().agent();
      let runs = 0;
      for (const q of ["a", "b", "c"]) {
        await lane
          .run({ kind: "tool", tool: "search", args: { q, process } }, () => (runs += 1))
          .catch(() => {});
      }
      passed.push(runs);
      ledger.close();
    }
    expect(passed).toEqual([2, 0]);
  });
});

describe("a file that can't be used is an event, and the breaker goes on in memory", () => {
  test.for([
    ["a file that is no database", (file: string) => writeFileSync(file, "x".repeat(4_096))],
    ["a folder in its place", (file: string) => mkdirSync(file)],
  ] as const)("%s", async ([, spoil]) => {
    const file = join(folder, "ledger.db");
    spoil(file);
    const registry = createRegistry({ ...sqlite(file) });
    const told: string[] = [];
    registry.on("port-error", ({ port, error }) => told.push(`${port}: ${String(error)}`));
    const { runs, stop } = await loop(registry, "job");
    expect([runs, stop?.reason]).toEqual([3, "loop"]);
    for (const port of ["store", "ledger"]) {
      const error = expect.stringContaining(`${port}: Error: can't open the ledger ${file}`);
      expect(told).toContainEqual(error);
    }
  });
});

test.for([
  ["no key", "guard.pem", /no such file/],
  [
    "another kind of key",
    generateKeyPairSync("ec", { namedCurve: "P-256" })
      .privateKey.export({ format: "pem", type: "pkcs8" })
      .toString(),
    /expected an Ed25519 key, received ec/,
  ],
] as const)("sqlite() refuses %s", ([, key, fault]) => {
  expect(() => sqlite(join(folder, "ledger.db"), { key })).toThrow(fault);
});

describe("checkpoints", () => {
  const call = { run: "a", at: 0, call: "c", postings: [] } as const;
  const entry = { ...call, type: "settlement", status: "success" } as const;

  test("guard signs one after `checkpointEvery` entries and at the end of a run", () => {
    const { ledger } = sqlite(join(folder, "ledger.db"), { key: pem(), checkpointEvery: 3 });
    const told = ([entry, entry, entry, entry, "end"] as const).map((one) => {
      ledger.append([one === "end" ? { type: "run-ended", run: "a", at: 0, postings: [] } : one]);
      const { checkpoints, uncovered } = ledger.verify();
      return [checkpoints, uncovered];
    });
    expect(told).toEqual([
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [2, 0],
    ]);
    ledger.close();
  });

  test("guard counts the entries of all processes, also over restarts", () => {
    const options = { key: pem(), checkpointEvery: 3 };
    const file = join(folder, "ledger.db");
    for (let process = 0; process < 3; process += 1) {
      const { ledger } = sqlite(file, options);
      ledger.append([entry]);
      ledger.close();
    }
    const { ledger } = sqlite(file, options);
    expect(ledger.verify()).toMatchObject({ checkpoints: 1, uncovered: 0 });
    ledger.close();
  });

  test("an append whose checkpoint fails adds nothing", () => {
    const file = join(folder, "ledger.db");
    const { ledger } = sqlite(file, { key: pem(), checkpointEvery: 2 });
    ledger.append([entry]);
    const other = new DatabaseSync(file);
    other.exec(
      "CREATE TRIGGER none BEFORE INSERT ON checkpoints BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    expect(() => ledger.append([entry])).toThrow("no");
    expect(ledger.read({})).toHaveLength(1);
    other.exec("DROP TRIGGER none");
    other.close();
    ledger.append([entry]);
    expect(ledger.verify()).toMatchObject({ entries: 2, uncovered: 0, faults: [] });
    ledger.close();
  });
});

test("an error of SQLite names the file", () => {
  const file = join(folder, "ledger.db");
  const { store, ledger } = sqlite(file);
  ledger.append([]);
  const other = new DatabaseSync(file);
  other.exec("DROP TABLE runs; DROP TABLE store");
  other.close();
  const entry = { type: "run-ended", run: "a", at: 0, postings: [] } as const;
  const fault = `can't use the ledger ${file}: no such table: `;
  expect(() => ledger.append([entry])).toThrow(`${fault}runs`);
  expect(() => store.get("circuit:a")).toThrow(`${fault}store`);
  expect(ledger.read({})).toEqual([]);
  ledger.close();
});
