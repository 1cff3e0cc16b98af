import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
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
};

const work = JSON.stringify({
  id: "work",
  events: Array.from({ length: 12 }, (_, step) => ({ type: "tool", tool: "read", args: { step } })),
});

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

  test("a table of the runs in which something happened, and all of them in a line", async () => {
    const [file = ""] = files({ "runs.jsonl": `${looping("loop", 25)}\n${work}` });
    const { code, out } = await cli("replay", file);
    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      [
        "run",
        "calls",
        "warned",
        "blocked",
        "opened",
        "rule",
        "agent",
        "tool",
        "wasted",
        "saved USD",
      ],
      ["loop", "25", "3", "4", "6", "no-progress", "agent", "search", "22", "0.2200"],
      [""],
      ["2 runs, 1 untouched, 1 warned, 1 blocked, 1 opened, 22 calls wasted, 0.2200 USD saved"],
      [""],
    ]);
  });

  test.each(["runs.jsonl.gz", "packed-without-its-ending"])("reads gzip: %s", async (name) => {
    const [file = ""] = files({ [name]: gzipSync(`${looping("loop", 25)}\n`) });
    const { code, out } = await cli("replay", file, "--json");
    expect({ code, out }).toEqual({ code: 0, out: `${JSON.stringify(loop)}\n` });
  });

  test("several files, one after the other", async () => {
    const paths = files({ a: looping("a", 3), b: gzipSync(looping("b", 3)) });
    const { code, out } = await cli("replay", ...paths, "--json");
    expect(code).toBe(0);
    expect(out.match(/"id":"."/g)).toEqual(['"id":"a"', '"id":"b"']);
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

describe("something given is wrong: exit code 2, a clear line, and the rest still counts", () => {
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
  ])("a malformed line: %s", async (_, line, fault) => {
    const [file = ""] = files({ "runs.jsonl": `${line}\n${looping("loop", 6)}\n` });
    expect(await cli("replay", file, "--json")).toEqual({
      code: 2,
      out: row,
      err: `${file}:1: ${fault}\n`,
    });
  });

  test.each([
    ["a missing file", () => "nowhere.jsonl", "there is no such file"],
    ["a directory", () => import.meta.dirname, "is a directory"],
    ["an empty file", () => files({ "empty.jsonl": "" })[0]!, "holds no runs"],
    ["blank lines", () => files({ "blank.jsonl": "\n \n" })[0]!, "holds no runs"],
    [
      "a gzip that ends too early",
      () => files({ "cut.gz": gzipSync("x".repeat(1_000)).subarray(0, 20) })[0]!,
      "is damaged: the gzip ends too early",
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
    [["replay", "x", "--preset", "strickt"], /argument 'strickt' is invalid/],
    [["replay"], /missing required argument 'file'/],
    [["rplay", "x"], /unknown command 'rplay'/],
    [["replay", "x", "--config", "nowhere.json"], /^nowhere\.json: ENOENT/],
  ])("the command line %j", async (args, message) => {
    const { code, out, err } = await cli(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    expect(err).not.toContain("    at ");
  });

  test.each([
    ['{"budget":{"usd":-1}}', "budget.usd: expected a number of at least 0, received -1"],
    ['{"bugdet":{}}', "bugdet: there is no such option"],
    ["[]", "expected an object with options"],
  ])("the config %s", async (config, fault) => {
    const [runs = "", options = ""] = files({ runs: looping("loop", 3), "options.json": config });
    const { code, out, err } = await cli("replay", runs, "--config", options);
    expect({ code, out, err }).toEqual({ code: 2, out: "", err: `${options}: ${fault}\n` });
  });

  test("a limit that is NaN, from a module", async () => {
    const [runs = "", options = ""] = files({
      runs: looping("loop", 3),
      "options.mjs": "export default { budget: { tokens: Number.NaN } };",
    });
    const { code, err } = await cli("replay", runs, "--config", options);
    expect(code).toBe(2);
    expect(err).toContain("budget.tokens: expected a number of at least 0, received NaN");
  });
});

test.each(["--help", "--version"])("%s is no fault", async (flag) => {
  const { code, out, err } = await cli(flag);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).not.toBe("");
});
