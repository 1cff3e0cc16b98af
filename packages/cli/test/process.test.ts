import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { files, looping } from "./support/cli.ts";
import { ledgerFile } from "./support/ledger.ts";

const bin = join(import.meta.dirname, "../src/bin.ts");

/** Runs `guard` in its own process. */
function guard(args: readonly string[], options: { input?: string; cwd?: string } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    ...options,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

const faulty = "not this\n";

describe("guard as a process", () => {
  test.each([
    ["all lines are right", looping("loop", 25), 0, /^$/],
    [
      "a line is wrong",
      `${faulty}${looping("loop", 25)}`,
      2,
      /^-:1: not JSON\nguard skipped 1 line\. /,
    ],
  ])("reads standard input as -, and %s", (_, input, code, err) => {
    const ran = guard(["replay", "-", "--json"], { input });
    expect(ran.code).toBe(code);
    expect(ran.err).toMatch(err);
    expect(JSON.parse(ran.out)).toMatchObject({ id: "loop", opened: 6 });
  });

  test("guard reads standard input only once", () => {
    const { code, out, err } = guard(["replay", "-", "-", "--json"], { input: looping("a", 3) });
    expect({ code, lines: out.split("\n").length - 1 }).toEqual({ code: 2, lines: 1 });
    expect(err).toBe("-: guard reads standard input only once. Name - only once\n");
  });

  test("relative paths start in the current folder", () => {
    const [runs = "", config = ""] = files({
      "runs.jsonl": looping("loop", 25),
      "options.mts": 'export default { preset: "strict" as const };',
    });
    const args = ["replay", basename(runs), "--config", basename(config), "--json"];
    const { code, out, err } = guard(args, { cwd: dirname(runs) });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out)).toMatchObject({ opened: 3, rule: "signature" });
  });

  test.each([
    [["--version"], 0],
    [["replay", "nowhere.jsonl"], 2],
    [["replay", "x", "--prset", "strict"], 2],
    [["rplay"], 2],
    [[], 2],
  ])("%j ends with %i and without a stack trace", (args, code) => {
    const ran = guard(args);
    expect(ran.code).toBe(code);
    expect(ran.err).not.toContain("    at ");
  });
});

test("ends without an error when its reader leaves", async () => {
  const [file = ""] = files({ "many.jsonl": `${looping("loop", 6)}\n`.repeat(5_000) });
  const child = spawn(process.execPath, [bin, "replay", file, "--json"]);
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => {
    err += String(chunk);
  });
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = await once(child, "exit");
  expect({ code, err }).toEqual({ code: 0, err: "" });
});

test("goes on when its standard error is closed", async () => {
  const [file = ""] = files({ "runs.jsonl": `${faulty.repeat(2_000)}${looping("loop", 6)}` });
  const child = spawn(process.execPath, [bin, "replay", file, "--json"]);
  child.stderr.destroy();
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += String(chunk);
  });
  const [code] = await once(child, "close");
  expect(code).toBe(2);
  expect(JSON.parse(out)).toMatchObject({ id: "loop" });
});

/** Runs `guard` on a Node.js that has no `node:sqlite`. */
const old = (args: readonly string[], input = "") =>
  spawnSync(process.execPath, ["--no-experimental-sqlite", bin, ...args], {
    input,
    encoding: "utf8",
  });

describe("without node:sqlite", () => {
  test("a command that reads a ledger says what to install", async () => {
    const { status, stdout, stderr } = old(["runs", "--db", await ledgerFile()]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(
      /^Node\.js \S+ has no node:sqlite, which this command needs: use Node\.js 22\.13 or newer\. guard replay works without it\n$/,
    );
  });

  test("guard replay works", () => {
    const { status, stderr } = old(["replay", "-"], looping("loop", 6));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

test("hides the warnings of Node.js 22 about features that guard uses, and no others", () => {
  const warnings = ["SQLite is", "Type Stripping is", "Crystal Ball is"].map(
    (feature) =>
      `process.emitWarning("${feature} an experimental feature and might change at any time", "ExperimentalWarning");`,
  );
  const [runs = "", config = ""] = files({
    "runs.jsonl": looping("loop", 3),
    "options.mjs": `${warnings.join("\n")}\nexport default {};`,
  });
  const { code, err } = guard(["replay", runs, "--config", config]);
  expect(code).toBe(0);
  expect(err.match(/\w+(?: \w+)? is an experimental/g)).toEqual([
    "Crystal Ball is an experimental",
  ]);
});

test("verifies a ledger in a thread of its own", async () => {
  const { code, out, err } = guard(["verify", "--json", "--db", await ledgerFile()]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(JSON.parse(out)).toMatchObject({ ok: true, entries: 26 });
});

test.skipIf(process.platform === "win32")("is executable", () => {
  expect(statSync(bin).mode & 0o111).toBe(0o111);
});
