import { gzipSync } from "node:zlib";
import { createRegistry, type OptionsError } from "@guard/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { runCli, type Output } from "../src/index.ts";
import { cli, files, looping } from "./support/cli.ts";

const loop = {
  id: "loop",
  calls: 25,
  warned: 3,
  blocked: 4,
  opened: 6,
  rule: "no-progress",
  agent: "agent",
  tool: "search",
  wastedCalls: 22,
  savedUsd: 0.22,
  next: null,
  cure: 'tools: { search: { policy: "polling" } }',
};

const work = JSON.stringify({
  id: "work",
  events: Array.from({ length: 12 }, (_, step) => ({ type: "tool", tool: "read", args: { step } })),
});

const idsIn = (out: string) =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).id);

describe("guard replay", () => {
  test("--json: one object a run, in the order of the contract, and nothing else", async () => {
    const [file = ""] = files({ "runs.jsonl": `${looping("loop", 25)}\n\n${work}\n` });
    const { code, out, err } = await cli("replay", file, "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n")[0]).toBe(JSON.stringify(loop));
    expect(JSON.parse(out.split("\n")[1] ?? "")).toMatchObject({
      id: "work",
      calls: 12,
      rule: null,
    });
    expect(out.split("\n")).toHaveLength(3);
  });

  test("a table of the runs that guard would have changed, and the totals in one line", async () => {
    const [file = ""] = files({ "runs.jsonl": `${looping("loop", 25)}\n${work}` });
    const { code, out } = await cli("replay", file);
    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      [
        "run",
        "calls",
        "warned at",
        "refused at",
        "stopped at",
        "rule",
        "agent",
        "tool",
        "wasted calls",
        "saved USD",
      ],
      ["loop", "25", "3", "4", "6", "no-progress", "agent", "search", "22", "0.2200"],
      [""],
      ["If a tool repeats on purpose, declare it in the options:"],
      ["", 'tools: { search: { policy: "polling" } }', "(1 run)"],
      ["2 runs, 1 untouched, 1 warned, 1 refused, 1 stopped, 22 calls wasted, 0.2200 USD saved"],
      [""],
    ]);
  });

  test("a table cuts long ids in the middle, and no recording can move the cursor", async () => {
    const id = `${"a".repeat(60)}/${"b".repeat(60)}`;
    const [file = ""] = files({
      "runs.jsonl": `${looping(id, 3)}\n${looping("red\u001B[31m\nx", 3)}\n`,
    });
    const { out } = await cli("replay", file);
    const ids = out.split("\n").map((line) => line.split(" ")[0]);
    expect(ids.slice(1, 3)).toEqual([`${"a".repeat(24)}…${"b".repeat(23)}`, "red?[31m?x"]);
  });

  test("without a warned or stopped run, the report is one line", async () => {
    const [file = ""] = files({ "runs.jsonl": work });
    const { out } = await cli("replay", file);
    expect(out).toBe(
      "1 run, 1 untouched, 0 warned, 0 refused, 0 stopped, 0 calls wasted, 0.0000 USD saved\n",
    );
  });

  test.each(["runs.jsonl.gz", "packed-without-its-ending"])("reads gzip: %s", async (name) => {
    const [file = ""] = files({ [name]: gzipSync(`${looping("loop", 25)}\n`) });
    const { code, out } = await cli("replay", file, "--json");
    expect({ code, out }).toEqual({ code: 0, out: `${JSON.stringify(loop)}\n` });
  });

  test("gzip in several parts", async () => {
    const parts = ["a", "b"].map((id) => gzipSync(`${looping(id, 3)}\n`));
    const [file = ""] = files({ "parts.gz": Buffer.concat(parts) });
    const { code, out } = await cli("replay", file, "--json");
    expect(code).toBe(0);
    expect(idsIn(out)).toEqual(["a", "b"]);
  });

  test.each([
    ["Windows line ends", `${looping("a", 3)}\r\n\r\n${looping("b", 3)}\r\n`],
    ["a byte order mark", `\uFEFF${looping("a", 3)}\n${looping("b", 3)}`],
    [
      "line separators inside a text, which JSON allows",
      `${looping("a", 3, "x\u2028y\u2029z")}\n${looping("b", 3)}`,
    ],
    [
      "unknown fields",
      `{"id":"a","model":"m","events":[{"type":"tool","tool":"t","x":{"y":1}}]}\n${looping("b", 1)}`,
    ],
  ])("reads %s", async (_, content) => {
    const [file = ""] = files({ "runs.jsonl": content });
    const { code, out, err } = await cli("replay", file, "--json");
    expect({ code, err, ids: idsIn(out) }).toEqual({ code: 0, err: "", ids: ["a", "b"] });
  });

  test("several files, one after the other", async () => {
    const paths = files({ a: looping("a", 3), b: gzipSync(looping("b", 3)) });
    const { code, out } = await cli("replay", ...paths, "--json");
    expect(code).toBe(0);
    expect(idsIn(out)).toEqual(["a", "b"]);
  });

  test.each([
    ["options.json", '{"budget":{"toolCalls":2}}'],
    ["options.js", "export default { budget: { toolCalls: 2 } };"],
    ["options.mjs", "export default { budget: { toolCalls: 2 } };"],
    ["options.cjs", "module.exports = { budget: { toolCalls: 2 } };"],
    ["options.ts", "export default { budget: { toolCalls: 2 } } as { budget: object };"],
    ["options.mts", "export default { budget: { toolCalls: 2 } } as { budget: object };"],
  ])("--config %s", async (name, content) => {
    const [runs = "", config = ""] = files({ "runs.jsonl": looping("loop", 25), [name]: content });
    const { code, out } = await cli("replay", runs, "--json", "--config", config);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ opened: 3, rule: "ceiling", wastedCalls: 23 });
  });

  test("--preset and --config choose what judges; the preset wins", async () => {
    const [runs = "", json = "", module = ""] = files({
      "runs.jsonl": looping("loop", 25),
      "options.json": '{"rules":{"no-progress":false},"budget":{"toolCalls":9}}',
      "options.mjs": 'export default { preset: "balanced", rules: { "no-progress": false } };',
    });
    const opened = async (...args: readonly string[]) => {
      const { out } = await cli("replay", runs, "--json", ...args);
      const { opened: index, rule } = JSON.parse(out);
      return [index, rule];
    };
    expect(await opened("--preset", "strict")).toEqual([3, "signature"]);
    expect(await opened("--config", json, "--preset", "strict")).toEqual([3, "signature"]);
    expect(await opened("--config", module, "--preset", "strict")).toEqual([3, "signature"]);
  });

  test("a 10 MB argument and a key called __proto__ are arguments like others", async () => {
    const args = { blob: "x".repeat(10_000_000), ["__proto__"]: { polluted: true } };
    const events = Array.from({ length: 6 }, () => ({ type: "tool", tool: "write", args }));
    const [file = ""] = files({ "big.jsonl": JSON.stringify({ id: "big", events }) });
    const { code, out } = await cli("replay", file, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id: "big", calls: 6, blocked: 4 });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("a wrong input: exit code 2, a line that says what to do, and the rest still counts", () => {
  const oneRunALine =
    'Write each run as one line of JSON: {"id":"r1","events":[{"type":"tool","tool":"search","args":{"q":"x"}}]}. ' +
    "If a run spreads over several lines, join them: jq -c . runs.json > runs.jsonl";
  const write =
    'Write { "preset": "strict" } into a .json file, or export default { preset: "strict" } into a module';
  const noFile = "there is no such file. Relative paths start in the current folder";
  const isDirectory = "is a directory. Name the files in it: runs/*.jsonl";
  const [nan] = faultsOf({ budget: { tokens: Number.NaN } });
  const row = `${JSON.stringify({ ...loop, calls: 6, wastedCalls: 3, savedUsd: 0.03 })}\n`;

  test.each([
    ["not JSON", "{oops", "not JSON"],
    ["NaN", '{"id":"r","events":[{"type":"tool","tool":"t","usd":NaN}]}', "not JSON"],
    ["a list", "[1]", "id: is missing"],
    ["null", "null", "expected an object with id and events, received null"],
    ["no events", '{"id":"r"}', "events: is missing"],
    ["no tool", '{"id":"r","events":[{"type":"tool"}]}', "events.0.tool: is missing"],
    [
      "a negative cost",
      '{"id":"r","events":[{"type":"model","cost":-1}]}',
      "events.0.cost: expected a number of at least 0, received -1",
    ],
    [
      "an unknown event",
      '{"id":"r","events":[{"type":"tol"}]}',
      'events.0.type: expected an event of type user, model, tool or handoff, received "tol"',
    ],
    [
      "an unknown event of many lines",
      JSON.stringify({ id: "r", events: [{ type: `a\n${"b".repeat(900_000)}` }] }),
      `events.0.type: expected an event of type user, model, tool or handoff, received "a?${"b".repeat(167)}…${"b".repeat(248)}"`,
    ],
  ])("a malformed line: %s", async (_, line, fault) => {
    const [file = ""] = files({ "runs.jsonl": `${line}\n${looping("loop", 6)}\n` });
    expect(await cli("replay", file, "--json")).toEqual({
      code: 2,
      out: row,
      err: `${file}:1: ${fault}\nguard skipped 1 line. ${oneRunALine}\n`,
    });
  });

  test.each([
    ["a missing file", () => "nowhere.jsonl", noFile],
    ["a directory", () => import.meta.dirname, isDirectory],
    ["an empty file", () => files({ "empty.jsonl": "" })[0]!, `has no runs. ${oneRunALine}`],
    ["blank lines", () => files({ "blank.jsonl": "\n \n" })[0]!, `has no runs. ${oneRunALine}`],
    [
      "a gzip whose bytes were changed",
      () => files({ "changed.gz": gzipSync("x".repeat(1_000)).fill(0x55, 12, 20) })[0]!,
      "is damaged: it is no valid gzip. Copy or pack the file again",
    ],
    ["a file taken for a folder", () => `${files({ file: "x" })[0]!}/y`, noFile],
    [
      "a gzip that ends too early",
      () => files({ "cut.gz": gzipSync("x".repeat(1_000)).subarray(0, 20) })[0]!,
      "is damaged: the gzip ends too early. Copy or pack the file again",
    ],
  ])("%s", async (_, name, fault) => {
    const file = name();
    const [good = ""] = files({ "good.jsonl": looping("loop", 6) });
    expect(await cli("replay", file, good, "--json")).toEqual({
      code: 2,
      out: row,
      err: `${file}: ${fault}\n`,
    });
  });

  test.each([
    [["replay", "x", "--prset", "strict"], /unknown option '--prset'\n\(Did you mean --preset\?\)/],
    [
      ["replay", "x", "--preset", "strickt"],
      /argument 'strickt' is invalid. Allowed choices are balanced, strict, patient/,
    ],
    [
      ["replay"],
      /missing required argument 'file'\n\(guard --help lists the commands; guard COMMAND --help shows examples\)/,
    ],
    [["rplay", "x"], /unknown command 'rplay'\n\(Did you mean replay\?\)/],
    [[], /^Usage: guard/],
    [
      ["replay", "x", "--config", "nowhere.json"],
      /^nowhere\.json: there is no such file\. Relative paths start in the current folder\n$/,
    ],
    [
      ["replay", "x", "--config", "."],
      /^\.: is a directory\. Name the files in it: runs\/\*\.jsonl\n$/,
    ],
    [["replay", "x", "--josn"], /unknown option '--josn'\n\(Did you mean --json\?\)/],
  ])("the command line %j", async (args, message) => {
    const { code, out, err } = await cli(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    expect(err).not.toContain("    at ");
  });

  test.each(["replay", "calibrate"])("guard %s on a ledger", async (command) => {
    const [ledger = ""] = files({ ledger: "SQLite format 3\0\u0010\n\0" });
    const { code, out, err } = await cli(command, ledger);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err.split("\n")[0]).toBe(
      `${ledger}: is a ledger, and has no recorded runs. guard calibrate --db FILE reads it. guard replay needs the file of recordTo`,
    );
  });

  test.each([
    ["[]", `expected an object with options. ${write}`],
    ['"strict"', `expected an object with options. ${write}`],
    ["{", "not JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)"],
  ])("the config %s", async (config, fault) => {
    const [runs = "", options = ""] = files({ runs: looping("loop", 3), "options.json": config });
    const { code, out, err } = await cli("replay", runs, "--config", options);
    expect({ code, out, err }).toEqual({ code: 2, out: "", err: `${options}: ${fault}\n` });
  });

  test.each([
    ["a limit that is NaN", "export default { budget: { tokens: Number.NaN } };", nan],
    ["no default export", "export const budget = {};", `has no default export. ${write}`],
    [
      "a function in place of options",
      "export default () => ({ preset: 'strict' });",
      `expected an object with options. ${write}`,
    ],
    ["a module that throws", "throw new Error('no key');", "no key"],
  ])("the config module with %s", async (_, content, fault) => {
    const [runs = "", options = ""] = files({
      runs: looping("loop", 3),
      "options.mjs": content,
    });
    const { code, out, err } = await cli("replay", runs, "--config", options);
    expect({ code, out, err }).toEqual({ code: 2, out: "", err: `${options}: ${fault}\n` });
  });

  test.each([
    ['{"budget":{"usd":-1}}', 1],
    ['{"bugdet":{}}', 1],
    ['{"rules":{"no-progress":{"warn":9}}}', 1],
    ['{"budget":{"usd":-1,"tokens":"many"},"bugdet":{}}', 3],
  ])("each fault that core finds in the config %s is one line", async (config, count) => {
    const [runs = "", options = ""] = files({ runs: looping("loop", 3), "options.json": config });
    const { code, out, err } = await cli("replay", runs, "--config", options);
    const lines = faultsOf(JSON.parse(config)).map((fault) => `${options}: ${fault}\n`);
    expect({ code, out, err }).toEqual({ code: 2, out: "", err: lines.join("") });
    expect(lines.length).toBe(count);
  });

  test("a damaged gzip: what was read before still counts", async () => {
    const lines = Array.from({ length: 4_000 }, (_, number) => looping(`r${number}`, 3));
    const packed = gzipSync(lines.join("\n"));
    const [file = ""] = files({ "cut.gz": packed.subarray(0, packed.length - 40) });
    const { code, out, err } = await cli("replay", file, "--json");
    expect({ code, err }).toEqual({
      code: 2,
      err: `${file}: is damaged: the gzip ends too early. Copy or pack the file again\n`,
    });
    expect(idsIn(out).slice(0, 1_000)).toEqual(lines.slice(0, 1_000).map((_, n) => `r${n}`));
  });

  test("GUARD_DEBUG=1 shows where it came from", async () => {
    vi.stubEnv("GUARD_DEBUG", "1");
    onTestFinished(() => void vi.unstubAllEnvs());
    const { code, err } = await cli("replay", "x", "--config", "nowhere.json");
    expect(code).toBe(2);
    expect(err).toMatch(/^nowhere\.json: there is no such file\..*\n.*ENOENT/);
  });
});

/** The faults that core finds in options. */
function faultsOf(options: object): readonly string[] {
  try {
    createRegistry(options);
    return [];
  } catch (error) {
    return (error as OptionsError).faults;
  }
}

/** An output that rejects every write. */
const refusing = (error: Error): Output => ({
  async out() {
    throw error;
  },
  err: () => {},
});

describe("the output", () => {
  test.each([
    ["a reader that has left is no error", "EPIPE", 0],
    ["a full disk is not the fault of the input", "ENOSPC", 1],
  ])("%s", async (_, code, exitCode) => {
    const [file = ""] = files({ "runs.jsonl": looping("loop", 3) });
    const output = refusing(Object.assign(new Error(code), { code }));
    for (const args of [["replay", file], ["replay", file, "--json"], ["--help"]]) {
      expect(await runCli(args, output)).toBe(exitCode);
    }
  });
});

test.each(["--help", "--version", "help", "replay --help"])("%s is no error", async (line) => {
  const { code, out, err } = await cli(...line.split(" "));
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).not.toBe("");
});

test.each([
  ["--help", /Examples:\n {2}guard runs /],
  ["replay --help", /Examples:\n {2}guard replay runs\.jsonl /],
])("%s shows examples", async (line, examples) => {
  const { out } = await cli(...line.split(" "));
  expect(out).toMatch(examples);
});

test("the help lists the exit codes", async () => {
  const { out } = await cli("replay", "--help");
  expect(out).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n$/);
});
