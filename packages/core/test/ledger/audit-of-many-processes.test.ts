// Several processes write one ledger. Each audits what it knows, and leaves out what only another one knows.
import { describe, expect, test } from "vitest";
import { insideOf } from "../../src/breaker/breaker.ts";
import { memoryLedger, type MemoryLedger } from "../../src/ledger/memory-ledger.ts";
import type { LedgerEntry } from "../../src/ports/ledger.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import { answered, ask, house, spend } from "../support/accounts.ts";
import { manualClock } from "../support/clock.ts";

const limits = { user: { usd: 100 }, agents: { agent: { usd: 50 } } } as const;
const accounts = { user: "u" };

/** Two processes with one store and one ledger. */
function processes(ledger: MemoryLedger = memoryLedger()) {
  const clock = manualClock();
  const store = memoryStore({ clock });
  let chance = 0.5;
  const random = () => (chance = (chance + 0.0137) % 1);
  const here = house({ store, ledger, limits }, clock);
  const there = house({ store, ledger, limits, ports: { random } }, clock);
  return { ledger, here: here.registry, there: there.registry };
}

const good = { ok: true, differences: [] };

describe("an audit with a run in another process", () => {
  test.for([
    ["all entries", 10_000],
    ["only the last entries", 4],
  ] as const)(
    "leaves the run out while it is under way, and compares it after its end (%s kept)",
    async ([, maxEntries]) => {
      const { here, there } = processes(memoryLedger({ maxEntries }));
      const breaker = there.breaker({ accounts });
      const lane = breaker.agent();
      for (let call = 0; call < 5; call += 1) await spend(lane, 0.5);
      expect(await here.ledger.audit()).toMatchObject({ ...good, openElsewhere: 1 });
      expect(await there.ledger.audit()).toMatchObject({ ...good, openElsewhere: 0 });
      breaker.endRun();
      expect(await here.ledger.audit()).toMatchObject({ ...good, openElsewhere: 0 });
    },
  );

  test("counts each run once, with its agents", async () => {
    const { here, there } = processes();
    for (let run = 0; run < 3; run += 1) await spend(there.breaker({ accounts }).agent(), 1);
    await spend(here.breaker({ accounts }).agent(), 1);
    expect(await here.ledger.audit()).toMatchObject({ ...good, openElsewhere: 3 });
    expect(await there.ledger.audit()).toMatchObject({ ...good, openElsewhere: 1 });
  });

  test("leaves out calls that are under way after the end of their run", async () => {
    const { here, there } = processes();
    const breaker = there.breaker({ accounts });
    const lane = breaker.agent();
    const [{ token }] = await lane.admit([ask(1)]);
    const both = async () =>
      Promise.all([here, there].map(async ({ ledger }) => (await ledger.audit()).differences));
    insideOf(breaker).finish();
    expect(await both()).toEqual([[], []]);
    await lane.settle(token, answered(0.5));
    expect(await both()).toEqual([[], []]);
    breaker.endRun();
    expect(await both()).toEqual([[], []]);
    expect(await here.ledger.audit()).toMatchObject({ openElsewhere: 0 });
  });

  test("a run goes on from a snapshot in another process", async () => {
    const { here, there } = processes();
    const before = here.breaker({ accounts, name: "job" });
    await spend(before.agent(), 1);
    const snapshot = before.snapshot();
    before.endRun();
    await spend(there.breaker({ accounts, name: "job", restore: snapshot }).agent(), 1);
    expect(await here.ledger.audit()).toMatchObject({ ...good, openElsewhere: 1 });
    expect(await there.ledger.audit()).toMatchObject({ ...good, openElsewhere: 0 });
  });

  test("two processes run a job of one name, and each of them ends it", async () => {
    const { here, there } = processes();
    const both = [here, there].map((registry) => registry.breaker({ accounts, name: "job" }));
    for (const one of both) await spend(one.agent(), 1);
    expect(await here.ledger.audit()).toMatchObject({ ...good, openElsewhere: 1 });
    both[0]!.endRun();
    expect(await here.ledger.audit()).toMatchObject({ ...good, openElsewhere: 1 });
    both[1]!.endRun();
    expect(await here.ledger.audit()).toMatchObject(good);
  });

  test("a process was killed, and another one runs the job of the same name to its end", async () => {
    const { here, there } = processes();
    await spend(there.breaker({ accounts, name: "job" }).agent(), 1);
    const again = here.breaker({ accounts, name: "job" });
    await spend(again.agent(), 1);
    expect(await here.ledger.audit()).toMatchObject({ ...good, openElsewhere: 1 });
    again.endRun();
    expect(await here.ledger.audit()).toMatchObject({ ...good, openElsewhere: 1 });
  });

  test("a job of one name ends, and begins again in another process", async () => {
    const { here, there } = processes();
    for (const registry of [here, there, here]) {
      const job = registry.breaker({ accounts, name: "job" });
      await spend(job.agent(), 1);
      expect(await here.ledger.audit()).toMatchObject(good);
      job.endRun();
      expect(await here.ledger.audit()).toMatchObject({ ...good, openElsewhere: 0 });
    }
  });

  test("a run with the name of another run's agent is a run of its own", async () => {
    const { here, there } = processes();
    await spend(there.breaker({ accounts, name: "job" }).agent(), 1);
    await spend(there.breaker({ accounts, name: "job/agent:agent" }).agent(), 1);
    expect((await here.ledger.audit()).openElsewhere).toBe(2);
  });
});

/** A ledger that has lost entries. */
const without = (ledger: MemoryLedger, isLost: (entry: LedgerEntry) => boolean): MemoryLedger => ({
  append: (entries) => ledger.append(entries),
  read: (query) => ledger.read(query).filter((entry) => !isLost(entry)),
});

describe("an audit still finds an entry that is missing", () => {
  test.for([
    ["of a shared account, while the run of another process is under way", false, ["user:u"]],
    [
      "of a run that has ended in another process",
      true,
      ["user:u", "run:job", "run:job/agent:agent"],
    ],
  ] as const)("%s", async ([, ends, expected]) => {
    const ledger = memoryLedger();
    let lost = "";
    const { here, there } = processes(
      without(ledger, (entry) => "call" in entry && entry.call === lost),
    );
    const breaker = there.breaker({ accounts, name: "job" });
    const { token } = await spend(breaker.agent(), 1);
    await spend(breaker.agent(), 2);
    if (ends) breaker.endRun();
    expect(await here.ledger.audit()).toMatchObject(good);
    lost = token.id;
    const { differences } = await here.ledger.audit();
    expect(new Set(differences.map(({ account }) => account))).toEqual(new Set(expected));
  });

  test("of a run of this process", async () => {
    const ledger = memoryLedger();
    let lost = "";
    const { here } = processes(without(ledger, ({ type }) => type === lost));
    await spend(here.breaker({ accounts, name: "job" }).agent(), 1);
    expect(await here.ledger.audit()).toMatchObject(good);
    lost = "settlement";
    const { differences } = await here.ledger.audit();
    expect(differences.map(({ account }) => account)).toContain("run:job");
  });
});
