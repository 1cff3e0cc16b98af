// What a newcomer sees in one sitting at a terminal: the demo writes a ledger, and `guard` tells what is in it. The real
// binary runs in a pseudo-terminal, linked into the PATH as npm links it.
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sqlite } from "@guard/ledger-sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openTerminal, type Shown, type Terminal } from "./support/terminal.ts";

const root = join(import.meta.dirname, "../../..");
const demo = join(root, "examples/demo/src/main.ts");

/** A terminal in an empty folder, with `guard` in its PATH. */
async function sitDown(): Promise<{ readonly folder: string; readonly terminal: Terminal }> {
  const folder = mkdtempSync(join(tmpdir(), "newcomer-"));
  symlinkSync(join(root, "packages/cli/src/bin.ts"), join(folder, "guard"));
  const terminal = await openTerminal(folder, [folder, dirname(process.execPath)]);
  return { folder, terminal };
}

/** Reads what a person would copy. */
function copied(shown: Shown, from: RegExp): string {
  const [, found] = from.exec(shown.text) ?? [];
  if (found === undefined) throw new Error(`There is no ${from} in:\n${shown.text}`);
  return found;
}

/** The command that guard names at the end. */
const next = (shown: Shown) => copied(shown, /\nNext: (guard .*)\n$/);

describe.skipIf(process.platform === "win32")("a newcomer's path in one sitting", () => {
  const path: Record<string, Shown> = {};
  let folder: string;
  let terminal: Terminal;
  let [run, session] = ["", ""];

  beforeAll(async () => {
    ({ folder, terminal } = await sitDown());
    const type = async (name: string, line: string) => (path[name] = await terminal.run(line));
    await type("demo", `node --disable-warning=ExperimentalWarning ${demo}`);
    const runs = await type("runs", "guard runs");
    run = copied(runs, /^(run-\w+) .* stopped: loop /m);
    const report = await type("report", `guard report ${run}`);
    session = copied(report, /^Accounts +session (.+)$/m);
    await type("review", `guard review ${session}`);
    await type("attest", `guard attest ${session} --reviewer Ada`);
    await type("review again", `guard review ${session}`);
    await type("verify", "guard verify");
  }, 60_000);
  afterAll(() => {
    terminal.close();
    rmSync(folder, { recursive: true, maxRetries: 10 });
  });

  test("each command ends with 0", () => {
    const codes = Object.entries(path).map(([name, { code }]) => [name, code]);
    expect(codes).toEqual(Object.keys(path).map((name) => [name, 0]));
  });

  test("each command names the next one, with the name to copy", () => {
    expect(path["demo"]!.text).toContain("\n  npm run --silent guard -- runs\n");
    expect(next(path["runs"]!)).toBe(`guard report ${run}`);
    expect(next(path["report"]!)).toBe(`guard review ${session}`);
    expect(next(path["review"]!)).toBe(`guard attest ${session} --reviewer NAME`);
    expect(next(path["attest"]!)).toBe("guard verify");
    expect(next(path["review again"]!)).toBe("guard verify");
  });

  test("the review shows the promise, the loop, each row, and who has attested", () => {
    const { text } = path["review"]!;
    expect(text).toMatch(/does {9}explains why two configurations disagree\n/);
    expect(text).toMatch(/done {9}the answer quotes both lines that disagree\n/);
    expect(text).toMatch(/breach {7}loop \(row \d+\)\n/);
    expect(text).toMatch(/4\. The evidence: 27 rows\n/);
    expect(text).toContain("  - No reviewer has attested this session.\n");
    expect(path["review again"]!.text).toContain("  - Ada attested this frame at ");
  });

  test("the receipt names the frame that the reviewer has read", () => {
    const frame = copied(path["review"]!, /^frame +(\w{64})$/m);
    expect(path["attest"]!.text).toContain(`frame ${frame}\n`);
  });

  test.each(["runs", "report", "review"])(
    "guard %s has colours on the terminal, and none in a pipe or with NO_COLOR",
    async (name) => {
      const line = { runs: "runs", report: `report ${run}`, review: `review ${session}` }[name]!;
      const shown = await terminal.run(`guard ${line}`);
      const piped = await terminal.run(`guard ${line} | cat`);
      const bare = await terminal.run(`NO_COLOR=1 guard ${line}`);
      expect([shown, piped, bare].map(({ hasColours }) => hasColours)).toEqual([
        true,
        false,
        false,
      ]);
      expect(shown.text).toBe(bare.text);
      expect(shown.text.replace(/\nNext: .*\n$/, "")).toBe(piped.text);
    },
  );

  test("guard budget shows what each session has spent", async () => {
    const { text } = await terminal.run("guard budget");
    const accounts = text.match(/^session:\S+/gm);
    expect(accounts).toEqual([
      "session:back-and-forth",
      "session:same-search",
      "session:twelve-steps",
    ]);
  });

  test("a program that reads the output reads no hint", async () => {
    const { text } = await terminal.run("guard runs --json");
    const runs = text.trim().split("\n");
    expect(runs.map((one) => JSON.parse(one).session)).toContain(session);
  });

  test.each([
    ["guard report nope", /has no run "nope"\. guard runs lists the runs\n$/],
    ["guard review nope", /has no session "nope"\. A run belongs to a session/],
    ["guard attest nope --reviewer Ada", /the ledger holds nothing about "nope"/],
    ["guard runs --db nowhere.db", /nowhere\.db: there is no ledger\. A registry writes it/],
  ])("%s ends with 2 and says what to do", async (line, said) => {
    const { code, text } = await terminal.run(line);
    expect(code).toBe(2);
    expect(text).toMatch(said);
  });

  test("the README shows this path", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const [, page = ""] = /^```console\n(.*?)^```$/ms.exec(readme) ?? [];
    const [, ...steps] = page.split(/^\$ /m);
    expect(steps.map((step) => step.split("\n", 1)[0]!.split(" ")[1])).toEqual([
      "runs",
      "report",
      "review",
      "attest",
      "verify",
    ]);
    for (const step of steps) {
      const [line = "", ...lines] = step.trimEnd().split("\n");
      const shown = withoutChance(path[line.split(" ")[1]!]!.text).split("\n");
      // Each line stands on the terminal, in this order. An ellipsis stands for what the page leaves out.
      let from = 0;
      for (const wanted of lines.map(withoutChance).filter((one) => one !== "" && one !== "…")) {
        const isIt = wanted.endsWith("…")
          ? (one: string) => one.startsWith(wanted.slice(0, -1).trimEnd())
          : (one: string) => one === wanted;
        const at = shown.slice(from).findIndex(isIt);
        expect(at, `"${wanted}" of "$ ${line}" in\n${shown.join("\n")}`).toBeGreaterThanOrEqual(0);
        from += at + 1;
      }
    }
  });
});

/** A text without what differs from one demo to the next: ids, hashes and times. */
function withoutChance(text: string): string {
  return text
    .replaceAll(/run-\w{10}/g, "RUN")
    .replaceAll(/\b[\da-f]{64}\b/g, "HASH")
    .replaceAll(/\d{4}-\d\d-\d\d[ T]/g, "")
    .replaceAll(/\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, "TIME")
    .replaceAll(/for [\d.]+ m?s/g, "for a time")
    .replaceAll(/^(TIME .*?) +\d+$/gm, "$1");
}

describe.skipIf(process.platform === "win32")("at a terminal", () => {
  let folder: string;
  let terminal: Terminal;
  beforeEach(async () => {
    ({ folder, terminal } = await sitDown());
    onTestFinished(() => {
      terminal.close();
      rmSync(folder, { recursive: true, maxRetries: 10 });
    });
  });

  const questions = [
    "What does the work do? ",
    "What does the work not do? ",
    "What does done look like, in one sentence? ",
  ] as const;

  /** Waits for a question, then types its answer. */
  async function answer(question: string, keys: string): Promise<void> {
    await terminal.shows(question);
    terminal.type(keys);
  }

  test("guard spec asks three questions, and asks again until the third answer is good", async () => {
    terminal.start("guard spec port-fix");
    await answer(questions[0], "fixes the port\r");
    await answer(questions[1], "change another service\r");
    await answer(questions[2], "\r");
    await terminal.shows("spec.done: is empty");
    await answer(questions[2], "it works now\r");
    await terminal.shows("expected a sentence of 5 words or more, received 3");
    await answer(questions[2], "change another service\r");
    await terminal.shows("spec.done: ");
    await answer(questions[2], "all twelve tests of the service pass\r");
    const { code, text } = await terminal.ended();
    expect(code).toBe(0);
    expect(text).toMatch(/Give your runs this session: accounts: \{ session: "port-fix" \}\n$/);

    const review = await terminal.run("guard review port-fix");
    expect(review.code).toBe(0);
    expect(review.text).toMatch(/done +all twelve tests of the service pass\n/);
  });

  test.each([1, 2, 3])("Ctrl-C at question %i ends guard spec, and writes nothing", async (at) => {
    terminal.start("guard spec port-fix");
    for (const question of questions.slice(0, at - 1)) await answer(question, "an answer\r");
    await answer(questions[at - 1]!, "half an ans\x03");
    const { code, text } = await terminal.ended();
    expect(code).toBe(130);
    expect(text).toMatch(/\nYou stopped guard spec\. guard wrote nothing\.\n$/);
    expect(existsSync(join(folder, ".guard"))).toBe(false);
  });

  test("guard verify shows its progress on a terminal, and Ctrl-C stops it", async () => {
    writeLedger(join(folder, "long.db"), 100_000);
    terminal.start("guard verify --db long.db");
    await terminal.shows("\rguard verify: 10000 of 100000 entries checked (10 %)");
    terminal.type("\x03");
    const { code, text } = await terminal.ended();
    expect(code).toBe(130);
    expect(text).toMatch(/You stopped the check: \d+ of 100000 entries checked \(\d+ %\)\. /);
  });

  test("guard verify shows no progress in a log", async () => {
    writeLedger(join(folder, "long.db"), 25_000);
    const shown = await terminal.run("guard verify --db long.db 2> log; cat log; test ! -s log");
    expect(shown.code).toBe(0);
    expect(shown.text).toMatch(/^long\.db is whole: 25000 entries/);
  });
});

/** Writes a ledger with so many entries. */
function writeLedger(file: string, entries: number): void {
  const { ledger } = sqlite(file);
  const entry = { type: "run-ended", run: "r", at: 0, postings: [] } as const;
  ledger.append(Array.from({ length: entries }, () => entry));
  ledger.close();
}
