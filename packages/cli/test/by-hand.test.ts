import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { openLedger, sqlite } from "@guard/ledger-sqlite";
import { describe, expect, test } from "vitest";
import { cli } from "./support/cli.ts";
import { ledgerPath, startJob } from "./support/job.ts";

const bin = join(import.meta.dirname, "../src/bin.ts");

/** A job that guard has stopped for a loop. */
async function stoppedJob(): Promise<string> {
  const db = ledgerPath();
  expect(await startJob(db)).toMatchObject({ ran: 3, stop: "loop" });
  return db;
}

const override = (db: string, ...args: readonly string[]) =>
  cli("override", "nightly", ...args, "--why", "the search works again", "--db", db);

function entriesOf(db: string) {
  const ledger = openLedger(db, { readOnly: true });
  const [entries, { faults }] = [ledger.read({ run: "nightly" }), ledger.verify()];
  ledger.close();
  return { entries, faults };
}

describe("guard reset", () => {
  test("a stopped job fails closed before it, and goes on after it", async () => {
    const db = await stoppedJob();
    expect(await startJob(db)).toMatchObject({ ran: 0, stop: "loop" });
    const args = ["reset", "nightly", "--by", "ops", "--why", "the search works again"];
    const { code, out, err } = await cli(...args, "--db", db);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(
      /^guard stopped nightly on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(loop\)\. The reset ends the stop\.\nThe next run of nightly may start\.\n$/,
    );
    expect(await startJob(db)).toEqual({ ran: 3, stop: "loop", isAudited: true });
  });

  test("the ledger says who and why, and stays whole", async () => {
    const db = await stoppedJob();
    await cli("reset", "nightly", "--by", "ops", "--why", "the search works again", "--db", db);
    const { entries, faults } = entriesOf(db);
    expect(entries.at(-1)).toMatchObject({
      type: "reset",
      by: "ops",
      why: "the search works again",
    });
    expect(faults).toEqual([]);
    expect((await cli("verify", "--db", db)).code).toBe(0);
    const { out } = await cli("report", "nightly", "--db", db);
    expect(out).toContain("(ops reset the breaker: the search works again)");
  });

  test("guard runs and guard report no longer call the job stopped, until it is stopped again", async () => {
    const db = await stoppedJob();
    const ends = async () => {
      const { out: runs } = await cli("runs", "--json", "--db", db);
      const { out: report } = await cli("report", "nightly", "--json", "--db", db);
      const [run, story] = [JSON.parse(runs), JSON.parse(report)] as [
        { reason?: string },
        { end: string },
      ];
      return [run.reason, story.end];
    };
    expect(await ends()).toEqual(["loop", "stopped"]);
    await cli("reset", "nightly", "--db", db);
    expect(await ends()).toEqual([undefined, "open"]);
    await startJob(db);
    expect(await ends()).toEqual(["loop", "stopped"]);
  });

  test("works as a process without a terminal, and names the user of the machine", async () => {
    const db = await stoppedJob();
    const ran = spawnSync(process.execPath, [bin, "reset", "nightly", "--json", "--db", db], {
      encoding: "utf8",
      timeout: 20_000,
    });
    expect([ran.status, ran.stderr]).toEqual([0, ""]);
    expect(JSON.parse(ran.stdout)).toEqual({
      run: "nightly",
      reset: true,
      stop: { reason: "loop", at: expect.stringMatching(/^\d{4}-.*Z$/) },
      overrides: [],
      by: expect.stringMatching(/./),
      why: "guard reset",
    });
    expect((await startJob(db)).ran).toBe(3);
  });

  test("a job that is not stopped: it says so, writes nothing and ends with 0", async () => {
    const db = ledgerPath();
    await startJob(db, { calls: 1 });
    const before = entriesOf(db).entries.length;
    const { code, out } = await cli("reset", "nightly", "--db", db);
    expect({ code, out }).toEqual({
      code: 0,
      out: "nightly is not stopped, and no override holds: there is nothing to reset.\n",
    });
    const json = await cli("reset", "nightly", "--json", "--db", db);
    expect(JSON.parse(json.out)).toEqual({ run: "nightly", reset: false, overrides: [] });
    expect(entriesOf(db).entries).toHaveLength(before);
  });

  test("lifts the overrides", async () => {
    const db = ledgerPath();
    await startJob(db, { calls: 1 });
    await override(db, "--force", "open");
    expect(await startJob(db)).toMatchObject({ ran: 0, stop: "manual" });
    const { out } = await cli("reset", "nightly", "--db", db);
    expect(out).toBe("The reset lifts 1 override.\nThe next run of nightly may start.\n");
    expect((await startJob(db)).ran).toBe(3);
  });
});

describe("guard override", () => {
  test.each([
    [
      "--grant tool --times 2",
      [2, 0],
      "2 tool calls of nightly may run although guard stopped it.",
    ],
    [
      "--force closed --for 1h",
      [10, 10],
      "guard lets every call of nightly run: no rule and no budget stops it.",
    ],
    ["--force open", [0, 0], "guard refuses every call of nightly."],
    ["--grant model", [0, 0], "1 model call of nightly may run although guard stopped it."],
  ])("%s on a stopped job: its next two starts run the tool %j times", async (args, ran, said) => {
    const db = await stoppedJob();
    const { code, out, err } = await override(db, ...args.split(" "));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^Until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, /);
    expect(out).toContain(said);
    const starts = [await startJob(db), await startJob(db)];
    expect(starts.map((start) => start.ran)).toEqual(ran);
    expect(starts.every(({ isAudited }) => isAudited)).toBe(true);
    expect(entriesOf(db).faults).toEqual([]);
  });

  test("four processes at once use up the calls of one override, and no more", async () => {
    const db = await stoppedJob();
    await override(db, "--grant", "model", "--times", "37");
    const asker = join(import.meta.dirname, "support/asker.ts");
    const passed = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { stdout } = await promisify(execFile)(process.execPath, [asker, db, "25"]);
        return Number(stdout);
      }),
    );
    expect(passed.reduce((sum, one) => sum + one)).toBe(37);
    expect(entriesOf(db).faults).toEqual([]);
  });

  test("--allow lets the call of the last stop repeat, after a reset", async () => {
    const db = await stoppedJob();
    const refused = await override(db, "--allow", "--times", "5");
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("Run guard reset nightly, and then this command again");
    await cli("reset", "nightly", "--db", db);
    expect((await override(db, "--allow", "--times", "5")).code).toBe(0);
    expect((await startJob(db)).ran).toBe(5);
    expect((await startJob(db)).ran).toBe(0);
  });

  test("more budget lets each run use more", async () => {
    const db = ledgerPath();
    const budget = { toolCalls: 1 };
    expect(await startJob(db, { budget })).toMatchObject({ ran: 1, stop: "budget" });
    const { out } = await override(db, "--tool-calls", "1");
    expect(out).toContain("each run of nightly may use 1 tool call more than its budget.");
    expect(await startJob(db, { budget })).toMatchObject({ ran: 2, stop: "budget" });
  });

  test("the ledger and --json say who, why and until when", async () => {
    const db = await stoppedJob();
    const { out } = await override(db, "--usd", "2.5", "--by", "ops", "--for", "30m", "--json");
    const told = JSON.parse(out) as { override: { at: string; until: string } };
    expect(told).toMatchObject({
      run: "nightly",
      override: { by: "ops", why: "the search works again", extend: { usd: 2.5 }, account: "run" },
    });
    const { at, until } = told.override;
    expect(Date.parse(until) - Date.parse(at)).toBeCloseTo(30 * 60_000, -2);
    const last = entriesOf(db).entries.at(-1);
    expect(last).toMatchObject({
      type: "override",
      override: { by: "ops", why: "the search works again", until: Date.parse(until) },
    });
  });

  test.each([
    [[], "guard override needs one decision: "],
    [["--force", "open", "--usd", "5"], "guard override needs one decision: "],
    [["--force", "on"], "Allowed choices are open, closed"],
    [
      ["--grant", "model", "--times", "0"],
      '--times: expected a whole number from 1 on, received "0"',
    ],
    [["--usd", "much"], '--usd: expected a number above 0, received "much"'],
    [["--usd", "0"], '--usd: expected a number above 0, received "0"'],
    [
      ["--force", "open", "--for", "ever"],
      '--for: expected an age (30m, 12h, 7d, 2w), received "ever"',
    ],
    [["--force", "open", "--account", "user:42"], "--account: only more budget has an account"],
    [["--force", "open", "--by", ""], "override.by: "],
  ])("%j is wrong, and changes nothing", async (args, message) => {
    const db = await stoppedJob();
    const before = entriesOf(db).entries.length;
    const { code, out, err } = await override(db, ...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(entriesOf(db).entries).toHaveLength(before);
  });

  test("a job that guard never stopped for a repeated call has no signature to allow", async () => {
    const db = ledgerPath();
    await startJob(db, { budget: { toolCalls: 0 } });
    const { code, err } = await override(db, "--allow");
    expect(code).toBe(2);
    expect(err).toContain("Name the signature: --allow SIGNATURE");
  });
});

describe.each(["reset nope", "override nope --force open --why test"])("guard %s", (line) => {
  test("names the commands that list the runs", async () => {
    const db = await stoppedJob();
    const { code, out, err } = await cli(...line.split(" "), "--db", db);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toBe(
      `${db} has no run "nope". guard trips lists the runs that guard stopped, and guard runs lists all. ` +
        "The name is that of the breaker: registry.breaker({ name })\n",
    );
  });

  test("creates no ledger", async () => {
    const db = ledgerPath();
    const { code, err } = await cli(...line.split(" "), "--db", db);
    expect(code).toBe(2);
    expect(err).toContain("there is no ledger");
    expect(() => readFileSync(db)).toThrow("ENOENT");
  });

  test("its help has examples and exit codes", async () => {
    const { out } = await cli(line.split(" ")[0]!, "--help");
    expect(out).toContain(`Examples:\n  guard ${line.split(" ")[0]} nightly-import`);
    expect(out).toContain("Exit codes:\n");
  });
});

test("a stored stop that guard can't read is an error, and no reset in memory", async () => {
  const db = await stoppedJob();
  const { store, ledger } = sqlite(db);
  const key = "breaker:nightly";
  const expected = (await store.get(key))?.version;
  await store.compareAndSet([{ key, expected, value: "{}", expiresAt: Date.now() + 60_000 }]);
  ledger.close();
  const { code, out, err } = await cli("reset", "nightly", "--db", db);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toBe(
    `${db}: guard can't use what is stored about nightly: circuit.version: is missing\n`,
  );
});
