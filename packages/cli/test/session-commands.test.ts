import { createRegistry } from "@guard/core";
import { sqlite } from "@guard/ledger-sqlite";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { runCli } from "../src/index.ts";
import { cli, files, type Ran } from "./support/cli.ts";

const spec = {
  does: "audits one page for missing titles",
  doesNot: "change the page",
  done: "the report names every missing title",
};
const asOptions = ["--does", spec.does, "--does-not", spec.doesNot, "--done", spec.done];

let db: string;
beforeEach(() => {
  const [beside = ""] = files({ "spec.json": JSON.stringify(spec) });
  db = join(beside, "../ledger.db");
});

/** One run of a session, in the ledger of this test. */
async function work(session = "audit-7"): Promise<void> {
  const { store, ledger } = sqlite(db);
  const breaker = createRegistry({ store, ledger }).breaker({ accounts: { session } });
  const call = { kind: "tool", tool: "fetch_page", args: { q: "SECRET" } } as const;
  await breaker.agent("auditor").run(call, () => "SECRET");
  breaker.endRun();
  ledger.close();
}

/** Runs a command line with a person who gives these answers, and then ends the input. */
async function asking(
  answers: readonly string[],
  ...args: readonly string[]
): Promise<Ran & { readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const said = { out: "", err: "" };
  const left = [...answers];
  const code = await runCli([...args, "--db", db], {
    out: async (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    prompt: () => ({
      ask: async (question) => {
        asked.push(question);
        return left.shift();
      },
      close: () => {},
    }),
  });
  return { code, ...said, asked };
}

const written = () => {
  const { ledger } = sqlite(db);
  const found = ledger.specOf("audit-7");
  ledger.close();
  return found;
};

describe("guard spec", () => {
  test.for([
    ["options", asOptions],
    ["a file", ["--file", "spec.json"]],
    ["a file and an option, which wins", ["--file", "spec.json", "--does", spec.does]],
  ] as const)("takes the answers from %s", async ([, args]) => {
    const inFolder = args.map((arg) => (arg === "spec.json" ? join(db, "../spec.json") : arg));
    const { code, out, err } = await cli("spec", "audit-7", ...inFolder, "--db", db);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(
      "guard wrote the spec of the session audit-7. It never changes.\n" +
        'Give your runs this session: accounts: { session: "audit-7" }\n',
    );
    expect(written()).toEqual(spec);
  });

  test("asks the three questions on a terminal", async () => {
    const { code, asked } = await asking(Object.values(spec), "spec", "audit-7");
    expect(code).toBe(0);
    expect(asked).toEqual([
      "What does the work do? ",
      "What does the work not do? ",
      "What does done look like, in one sentence? ",
    ]);
    expect(written()).toEqual(spec);
  });

  test("asks only for what no option says", async () => {
    const { asked } = await asking([spec.done], "spec", "audit-7", ...asOptions.slice(0, 4));
    expect(asked).toEqual(["What does done look like, in one sentence? "]);
    expect(written()).toEqual(spec);
  });

  test("asks again after a wrong answer, and says what is wrong", async () => {
    const answers = ["", spec.does, spec.doesNot, "", "it works", spec.does, spec.done];
    const { code, asked, err } = await asking(answers, "spec", "audit-7");
    expect([code, asked.length]).toEqual([0, 7]);
    expect(err.split("\n").map((line) => line.slice(0, 40))).toEqual([
      "spec.does: is empty",
      "spec.done: is empty (say what done looks",
      "spec.done: expected a sentence of 5 word",
      "spec.done: repeats spec.does. Say what y",
      "",
    ]);
    expect(written()).toEqual(spec);
  });

  test("writes nothing if the person ends the input", async () => {
    const { code, err } = await asking([spec.does], "spec", "audit-7");
    expect({ code, err }).toEqual({
      code: 130,
      err: "You stopped guard spec. guard wrote nothing.\n",
    });
    expect(existsSync(db)).toBe(false);
  });

  test("refuses a second spec before it asks", async () => {
    await cli("spec", "audit-7", ...asOptions, "--db", db);
    const { code, err, asked } = await asking([], "spec", "audit-7");
    expect({ code, err, asked }).toEqual({
      code: 2,
      err: 'the session "audit-7" has a spec, and a spec never changes. Name another session\n',
      asked: [],
    });
  });

  test.for([
    [
      "a short third answer",
      [...asOptions.slice(0, 4), "--done", "it works"],
      /^spec\.done: expected a sentence/,
    ],
    [
      "answers of no terminal",
      ["--does", "x"],
      /no terminal\. Give --does-not, --done, or --file FILE\n$/,
    ],
    ["a missing file", ["--file", "nowhere.json"], /^nowhere\.json: there is no such file/],
    ["a file of another kind", ["--file", import.meta.filename], /is no JSON\. Write \{"does"/],
  ] as const)("refuses %s, and writes no file", async ([, args, fault]) => {
    const { code, out, err } = await cli("spec", "audit-7", ...args, "--db", db);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(fault);
    expect(existsSync(db)).toBe(false);
  });

  test("ends at once in a process without a terminal", () => {
    const bin = join(import.meta.dirname, "../src/bin.ts");
    const { status, stderr } = spawnSync(process.execPath, [bin, "spec", "audit-7", "--db", db], {
      encoding: "utf8",
      input: "one\ntwo\nthree\n",
      timeout: 20_000,
    });
    expect(status).toBe(2);
    expect(stderr).toContain("there is no terminal. Give --does, --does-not, --done");
  });
});

describe("guard review", () => {
  test("shows the five parts, and nothing of arguments and results", async () => {
    await cli("spec", "audit-7", ...asOptions, "--db", db);
    await work();
    const { code, out, err } = await cli("review", "audit-7", "--db", db);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.match(/^\d\. .*$/gm)).toEqual([
      "1. The promise",
      "2. The acceptance criterion",
      "3. The difference",
      "4. The evidence: 3 rows",
      "5. The unresolved assumptions",
    ]);
    expect(out).not.toContain("SECRET");
  });

  test("--json prints one object on one line, --html a page", async () => {
    await work();
    const json = await cli("review", "audit-7", "--json", "--db", db);
    expect(json.out.split("\n")).toHaveLength(2);
    expect(JSON.parse(json.out)).toMatchObject({ frame: { session: "audit-7" }, attestations: [] });
    const html = await cli("review", "audit-7", "--html", "--db", db);
    expect(html.out).toMatch(/^<!doctype html>/);
  });

  test.for([
    [
      "a session that the ledger does not know",
      ["audit-8"],
      /has no session "audit-8"\. A run belongs/,
    ],
    ["two formats", ["audit-7", "--json", "--html"], /^--json and --html: choose one/],
    ["no session", [], /missing required argument 'session'/],
  ] as const)("refuses %s", async ([, args, fault]) => {
    await work();
    const { code, out, err } = await cli("review", ...args, "--db", db);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(fault);
  });
});

describe("guard attest", () => {
  test("writes a receipt that the ledger then accepts, with the hash that the review shows", async () => {
    await work();
    const review = await cli("review", "audit-7", "--json", "--db", db);
    const { hash } = JSON.parse(review.out) as { hash: string };
    const args = ["--reviewer", "Ada", "--notes", "I read every row.", "--frame", hash];
    const { code, out } = await cli("attest", "audit-7", ...args, "--db", db);
    expect({ code, out }).toEqual({
      code: 0,
      out: `Ada attested the session audit-7.\nframe ${hash}\n`,
    });
    const { ledger } = sqlite(db);
    expect(ledger.requireAttested("audit-7")).toMatchObject([
      { reviewer: "Ada", notes: "I read every row." },
    ]);
    ledger.close();
    const again = await cli("review", "audit-7", "--db", db);
    expect(again.out).toMatch(/Ada attested this frame at .*: I read every row\.\n$/);
  });

  test.for([
    ["no reviewer", ["audit-7"], /required option '--reviewer <name>' not specified/],
    [
      "an old frame",
      ["audit-7", "--reviewer", "Ada", "--frame", "abc"],
      /^frame: the ledger has changed/,
    ],
    [
      "a session that the ledger does not know",
      ["audit-8", "--reviewer", "Ada"],
      /holds nothing about "audit-8"/,
    ],
  ] as const)("refuses %s", async ([, args, fault]) => {
    await work();
    const { code, out, err } = await cli("attest", ...args, "--db", db);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(fault);
  });

  test("does not make a ledger that is missing", async () => {
    const { code, err } = await cli("attest", "audit-7", "--reviewer", "Ada", "--db", db);
    expect(code).toBe(2);
    expect(err).toMatch(/there is no ledger/);
    expect(existsSync(db)).toBe(false);
  });
});
