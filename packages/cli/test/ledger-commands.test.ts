import { generateKeyPairSync } from "node:crypto";
import { tmpdir } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { sqlite } from "@guard/ledger-sqlite";
import { describe, expect, test } from "vitest";
import { runCli } from "../src/index.ts";
import { cli, files } from "./support/cli.ts";
import { ledgerFile } from "./support/ledger.ts";

const readers = ["runs", "trips", "report nightly-import", "budget", "verify", "export"];
const withJson = readers.filter((line) => line !== "export");

const words = (line: string) => line.split(" ");
const objects = (out: string) =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const pem = () =>
  generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();

/** Changes a ledger behind guard's back. */
function tamper(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  for (const trigger of ["entries_never_change", "entries_stay"]) {
    database.exec(`DROP TRIGGER ${trigger}`);
  }
  database.exec(sql);
  database.close();
}

describe("every command that reads a ledger", () => {
  test.each(readers)("guard %s prints plain text, and no argument of a tool", async (line) => {
    const { code, out, err } = await cli(...words(line), "--db", await ledgerFile());
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).not.toBe("");
    expect(out).not.toContain("\u001B");
    expect(out).not.toContain("SECRET");
  });

  test.each(withJson)("guard %s --json prints one JSON object a line", async (line) => {
    const { code, out, err } = await cli(...words(line), "--json", "--db", await ledgerFile());
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const one of objects(out)) expect(one).toBeTypeOf("object");
  });

  test.each(readers)("guard %s says what writes a missing ledger", async (line) => {
    const { code, out, err } = await cli(...words(line), "--db", "nowhere.db");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toBe(
      'nowhere.db: there is no ledger. A registry writes it: createRegistry({ ...sqlite(".guard/ledger.db") }), ' +
        "with sqlite from @guard/ledger-sqlite. If your ledger is another file, name it: --db FILE\n",
    );
  });

  test.each(readers)("guard %s reads only a ledger", async (line) => {
    const [file = ""] = files({ "notes.txt": "These are some notes, and no ledger. ".repeat(40) });
    const { code, err } = await cli(...words(line), "--db", file);
    expect(code).toBe(2);
    expect(err).toMatch(
      /can't open the ledger .*notes\.txt: .*not a database\. If your ledger is another file, name it: --db FILE\n$/,
    );
  });

  test.each(readers)("guard %s opens no folder", async (line) => {
    const { code, err } = await cli(...words(line), "--db", tmpdir());
    expect({ code, err }).toEqual({
      code: 2,
      err: `${tmpdir()}: is a directory. If your ledger is another file, name it: --db FILE\n`,
    });
  });

  test.each(readers)("the help of guard %s has examples and exit codes", async (line) => {
    const [name = ""] = words(line);
    const { out } = await cli(name, "--help");
    expect(out).toContain(`Examples:\n  guard ${name}`);
    expect(out).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}130 .*\n$/);
    expect(out).toContain("--db <file>");
  });

  test.each(withJson)("guard %s --json gives times as ISO 8601 text in UTC", async (line) => {
    const { out } = await cli(...words(line), "--json", "--db", await ledgerFile());
    const isTime = /"(at|began|last|ended|until)":(?<time>[^,}]+)/g;
    const times = [...out.matchAll(isTime)].map(({ groups }) => groups!["time"]);
    const expected = ["budget", "verify"].includes(line) ? 0 : 2;
    expect(times.length).toBeGreaterThanOrEqual(expected);
    for (const time of times) expect(time).toMatch(/^"2026-11-29T\d\d:\d\d:\d\d\.\d{3}Z"$/);
    expect(out).not.toMatch(/:179\d{10}\b/); // a moment of 2026 in milliseconds
  });

  test("names from a model move no cursor", async () => {
    const db = await ledgerFile({ tool: "evil\u001B[2J\nname" });
    for (const line of ["trips", "report nightly-import"]) {
      const { out } = await cli(...words(line), "--db", db);
      expect(out).toContain("evil?[2J?name");
      expect(out).not.toContain("\u001B");
    }
  });
});

describe("guard runs", () => {
  test.each([
    [[], ["nightly-import", "greeting"]],
    [["--limit", "1"], ["nightly-import"]],
    [["--since", "2026-11-29T08:01"], ["nightly-import"]],
    [
      ["--since", "2026-11-29"],
      ["nightly-import", "greeting"],
    ],
  ])("%j lists %j", async (args, runs) => {
    const { out } = await cli("runs", ...args, "--json", "--db", await ledgerFile());
    expect(objects(out).map(({ run }) => run)).toEqual(runs);
  });

  test("shows sessions, if there are any", async () => {
    const { out } = await cli("runs", "--db", await ledgerFile({ session: "chat-7" }));
    expect(out).toMatch(/^run +session +began .*\nnightly-import +chat-7 +2026/);
    expect((await cli("runs", "--db", await ledgerFile())).out).not.toContain("session");
  });

  test("says that there is nothing to list", async () => {
    const db = await ledgerFile();
    const { code, out, err } = await cli("runs", "--since", "2027-01-01", "--db", db);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: "",
      err: `${db} has no runs since 2027-01-01.\n`,
    });
  });

  test.each([
    [["--limit", "0"], '--limit: expected a whole number from 1 on, received "0"\n'],
    [
      ["--since", "soon"],
      '--since: expected an age (30m, 12h, 7d, 2w) or a date (2026-11-29, 2026-11-29T08:00), received "soon"\n',
    ],
  ])("%j is wrong", async (args, message) => {
    const { code, err } = await cli("runs", ...args);
    expect({ code, err }).toEqual({ code: 2, err: message });
  });
});

test("guard trips gives programs the whole report", async () => {
  const { out } = await cli("trips", "--json", "--db", await ledgerFile());
  expect(objects(out)).toMatchObject([
    {
      run: "nightly-import",
      observed: false,
      report: { reason: "loop", finding: { rule: "no-progress", cost: { calls: 2, usd: 0.024 } } },
    },
  ]);
});

describe("guard report", () => {
  test("gives programs the run, its trips and its timeline", async () => {
    const { out } = await cli("report", "nightly-import", "--json", "--db", await ledgerFile());
    expect(objects(out)).toMatchObject([
      {
        run: "nightly-import",
        end: "stopped",
        modelCalls: 6,
        toolCalls: 3,
        refused: 3,
        usd: 0.042,
      },
    ]);
    expect(objects(out)[0]!["timeline"]).toHaveLength(14);
  });

  test("names the command that lists the runs, if there is no such run", async () => {
    const db = await ledgerFile();
    const { code, err } = await cli("report", "nope", "--db", db);
    expect({ code, err }).toEqual({
      code: 2,
      err: `${db} has no run "nope". guard runs lists the runs\n`,
    });
  });
});

/** A ledger of 25,000 entries. */
function longLedger(): string {
  const [notes = ""] = files({ notes: "" });
  const db = `${notes}.db`;
  const { ledger } = sqlite(db);
  const entry = { type: "run-ended", run: "r", at: 0, postings: [] } as const;
  ledger.append(Array.from({ length: 25_000 }, () => entry));
  ledger.close();
  return db;
}

describe("guard verify", () => {
  test.each([
    [
      "changed",
      "UPDATE entries SET tool = 'other' WHERE seq = 5",
      "entry 5: this entry was changed",
    ],
    ["removed", "DELETE FROM entries WHERE seq = 5", "entry 6: entries 5 to 5 are missing"],
  ])("names an entry that was %s, and ends with 2", async (_, sql, fault) => {
    const db = await ledgerFile();
    tamper(db, sql);
    const { code, out } = await cli("verify", "--db", db);
    expect(code).toBe(2);
    expect(out).toContain(`${fault}\n`);
    expect(out).toMatch(/has 1 fault in \d+ entries\./);
    const json = await cli("verify", "--json", "--db", db);
    expect([json.code, objects(json.out)[0]!["ok"]]).toEqual([2, false]);
  });

  test("checks the signatures of checkpoints with a key, from a file or the environment", async () => {
    const [key = "", other = ""] = files({ "key.pem": pem(), "other.pem": pem() });
    const db = await ledgerFile({ key });
    const right = await cli("verify", "--key", key, "--db", db);
    expect(right.code).toBe(0);
    expect(right.out).toBe(
      `${db} is whole: 26 entries, 2 checkpoints.\nA checkpoint covers every entry.\n`,
    );
    process.env["GUARD_LEDGER_KEY"] = other;
    try {
      const wrong = await cli("verify", "--db", db);
      expect(wrong.code).toBe(2);
      expect(wrong.out).toContain("the signature of this checkpoint is not good");
    } finally {
      delete process.env["GUARD_LEDGER_KEY"];
    }
    const without = await cli("verify", "--db", db);
    expect(without.code).toBe(0);
    expect(without.out).toContain(
      "guard did not check signatures. Name the key: --key FILE, or GUARD_LEDGER_KEY.",
    );
  });

  test("says what is wrong with a key", async () => {
    const { code, err } = await cli("verify", "--key", "no.pem", "--db", await ledgerFile());
    expect(code).toBe(2);
    expect(err).toContain("no.pem");
  });

  test("shows its progress on a terminal", async () => {
    let err = "";
    const code = await runCli(["verify", "--db", longLedger()], {
      out: async () => {},
      err: (text) => void (err += text),
      showsProgress: true,
    });
    expect(code).toBe(0);
    expect(err).toBe(
      "\rguard verify: 10000 of 25000 entries checked (40 %)" +
        "\rguard verify: 20000 of 25000 entries checked (80 %)\n",
    );
  });

  test("says how far it came when Ctrl-C stops it", async () => {
    let [out, err] = ["", ""];
    const before = process.listeners("SIGINT");
    const code = await runCli(["verify", "--json", "--db", longLedger()], {
      out: async (text) => void (out += text),
      err(text) {
        err += text;
        if (!text.startsWith("\r")) return;
        for (const listener of process.listeners("SIGINT")) {
          if (!before.includes(listener)) listener("SIGINT");
        }
      },
      showsProgress: true,
    });
    expect({ code, out }).toEqual({ code: 130, out: "" });
    expect(err.split("\n")[1]).toBe(
      "You stopped the check: 10000 of 25000 entries checked (40 %). Run it again to check all.",
    );
    expect(process.listeners("SIGINT")).toEqual(before);
  });
});

describe("guard export", () => {
  test("prints every entry, with its number and its hash", async () => {
    const { out } = await cli("export", "--db", await ledgerFile());
    const entries = objects(out);
    expect(entries.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 26 }, (_, index) => index + 1),
    );
    expect(entries[0]).toMatchObject({ type: "decision", run: "greeting" });
    expect(entries[0]!["hash"]).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    [["--run", "greeting"], 3],
    [["--since", "2026-11-29T08:01"], 23],
    [["--run", "greeting", "--since", "2026-11-29T08:01"], 0],
  ])("%j prints %i entries", async (args, count) => {
    const { out } = await cli("export", ...args, "--db", await ledgerFile());
    expect(out.split("\n")).toHaveLength(count + 1);
  });

  test.each(["jsonl", "csv"])("as %s says that there is nothing to print", async (format) => {
    const db = await ledgerFile();
    const { code, err } = await cli("export", "--format", format, "--run", "nope", "--db", db);
    expect({ code, err }).toEqual({
      code: 0,
      err: `${db} has no such entries. guard runs lists the runs.\n`,
    });
  });

  test("prints CSV with every column of the file", async () => {
    const db = await ledgerFile();
    const { out } = await cli("export", "--format", "csv", "--run", "greeting", "--db", db);
    const [head = "", ...lines] = out.trimEnd().split("\r\n");
    const database = new DatabaseSync(db, { readOnly: true });
    const columns = database.prepare("SELECT name FROM pragma_table_info('entries')").all();
    database.close();
    expect(head.split(",")).toEqual(columns.map(({ name }) => name));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^1,2026-11-29T08:00:00\.000Z,decision,greeting,,/);
  });

  test("a spreadsheet runs no name of a tool as a formula", async () => {
    const db = await ledgerFile({ tool: '=cmd("x"),1' });
    const { out } = await cli("export", "--format", "csv", "--db", db);
    expect(out).toContain(`,"'=cmd(""x""),1",`);
  });
});
