import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli, files } from "./support/cli.ts";
import { ledgerPath, startJob } from "./support/job.ts";
import { ledgerFile } from "./support/ledger.ts";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

/** The code blocks of the page, in order, with their language. */
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language, code]) => ({
  language,
  code: code ?? "",
}));

const block = (language: string, containing: string) =>
  blocks.find((found) => found.language === language && found.code.includes(containing))!.code;

const recording = /<<'END'\n(.*?)^END\n/ms.exec(block("sh", "END"))![1]!;

const pem = generateKeyPairSync("ed25519")
  .privateKey.export({ format: "pem", type: "pkcs8" })
  .toString();

describe("the page's examples", () => {
  test("the recording to paste prints the table beneath it", async () => {
    const [file = ""] = files({ "runs.jsonl": recording });
    const { code, out } = await cli("replay", file);
    expect({ code, out }).toEqual({ code: 0, out: block("", "warned at") });
  });

  test.each(["runs", "report nightly-import", "trips", "budget", "verify --key KEY"])(
    "the output of guard %s is on the page",
    async (line) => {
      const [key = ""] = files({ "guard.pem": pem });
      const db = await ledgerFile({ key });
      const args = line.replace("KEY", key).split(" ");
      const { code, out } = await cli(...args, "--db", db);
      expect(code).toBe(0);
      const shown = out.replaceAll(db, ".guard/ledger.db");
      expect(blocks.map(({ code: text }) => text)).toContain(shown);
    },
  );

  test("the output of guard reset is on the page", async () => {
    const db = ledgerPath();
    await startJob(db);
    const { out } = await cli("reset", "nightly", "--why", "test", "--db", db);
    const shown = out
      .replaceAll("nightly", "nightly-import")
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, "2026-11-29 08:01:09");
    expect(blocks.map(({ code }) => code)).toContain(shown);
  });

  test("the page's overrides are taken", async () => {
    const lines = [...block("sh", "guard override").matchAll(/^guard (.*?) {2,}#/gm)];
    expect(lines.length).toBeGreaterThan(3);
    for (const [, line = ""] of lines) {
      const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, text, word]) => text ?? word!);
      const db = await ledgerFile();
      await cli("reset", "nightly-import", "--db", db);
      const { code, err } = await cli(...args, "--db", db);
      expect({ code, err }).toEqual({ code: 0, err: "" });
    }
  });

  test("the config is taken", async () => {
    const [runs = ""] = files({ "runs.jsonl": recording });
    const config = join(dirname(runs), "guard.config.mts");
    writeFileSync(config, block("ts", "guard.config.mts"));
    const { code, out, err } = await cli("replay", runs, "--config", config, "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out.split("\n")[1]!)).toMatchObject({ id: "stuck", warned: 3, blocked: 5 });
  });

  test("the recorded run is one", async () => {
    const run = JSON.stringify(JSON.parse(block("json", '"events"')));
    const [file = ""] = files({ "runs.jsonl": run });
    const { code, out } = await cli("replay", file, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id: "r1", calls: 2, opened: null });
  });

  test.each([
    "replay",
    "calibrate",
    "runs",
    "trips",
    "report",
    "budget",
    "verify",
    "export",
    "reset",
    "override",
  ])("the options of guard %s are those of its help", async (name) => {
    const { out } = await cli(name, "--help");
    const usage = new RegExp(`^guard ${name} [<[].*$(\n {2,}\\[.*$)*`, "m").exec(readme)![0];
    const options = [...out.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, option]) => option);
    const own = options.filter((option) => option !== "--db");
    const shown = usage.match(/--[\w-]+/g)!.filter((option) => option !== "--db");
    expect(new Set(own)).toEqual(new Set(shown));
    expect(options.includes("--db")).toBe(name !== "replay");
  });

  test("the exit codes are those of the help", async () => {
    const { out } = await cli("runs", "--help");
    const codes = [...readme.matchAll(/^\| (\d+) /gm)].map(([, code]) => code);
    expect(codes).toEqual([...out.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => code));
  });
});
