import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRegistry } from "@guard/core";
import type { RecordedEvent } from "@guard/core/replay";
import { sqlite } from "@guard/ledger-sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Calibration } from "../src/calibrate/calibrate.ts";
import { runCli } from "../src/index.ts";
import { cli, files, looping } from "./support/cli.ts";

type Tool = Omit<Extract<RecordedEvent, { type: "tool" }>, "type">;

const line = (id: string, events: readonly RecordedEvent[]) => JSON.stringify({ id, events });

/** A run that calls a tool with these arguments and results, one after the other. */
const calls = (id: string, ...tools: readonly Tool[]) =>
  line(
    id,
    tools.map((tool) => ({ type: "tool", ...tool })),
  );

/** An honest run that uses so much of everything. */
const using = (id: string, count: number) =>
  line(
    id,
    Array.from({ length: count }, (_, index): RecordedEvent[] => [
      { type: "model", inputTokens: 90, outputTokens: 10, usd: 0.01, ms: 500, t: 1_000 * index },
      {
        type: "tool",
        tool: "search",
        args: { q: index },
        result: `page ${index}`,
        t: 1_000 * index,
      },
    ]).flat(),
  );

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index));

/** Calibrates runs, and returns what guard found. */
async function calibrated(lines: readonly string[], ...args: readonly string[]) {
  const [file = ""] = files({ "runs.jsonl": lines.join("\n") });
  const { code, out, err } = await cli("calibrate", file, "--json", ...args);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out) as Calibration;
}

/** The config and the report that people get. */
async function printed(lines: readonly string[], ...args: readonly string[]) {
  const [file = ""] = files({ "runs.jsonl": lines.join("\n") });
  return cli("calibrate", file, ...args);
}

describe("budgets", () => {
  test("are the 95th percentile of honest runs times 3, rounded up to two digits", async () => {
    const { budget, config } = await calibrated(
      times(20, (index) => using(`r${index}`, index + 1)),
    );
    expect(config).toEqual({
      budget: { modelCalls: 57, toolCalls: 57, tokens: 5_700, usd: 0.57, wallMs: 60_000 },
    });
    expect(budget.find(({ figure }) => figure === "tokens")).toEqual({
      figure: "tokens",
      runs: 20,
      median: 1_000,
      p95: 1_900,
      most: 2_000,
      factor: 3,
      limit: 5_700,
      because: "95th percentile of 20 runs: 1900, times 3",
      wouldStop: [],
    });
  });

  test("are times 2 from 100 runs on", async () => {
    const { config } = await calibrated(times(100, (index) => using(`r${index}`, 7)));
    expect(config.budget).toMatchObject({ modelCalls: 14, tokens: 1_400, usd: 0.14 });
  });

  test("say which runs they would have stopped, and let a run pass that a person calls honest", async () => {
    const lines = [...times(40, (index) => using(`r${index}`, 4)), using("long", 50)];
    const found = await calibrated(lines);
    expect(found.config.budget).toMatchObject({ modelCalls: 12 });
    expect(found.budget[0]).toMatchObject({ figure: "modelCalls", wouldStop: ["long"] });
    expect(found.check.honest).toMatchObject({
      runs: 41,
      stoppedBefore: 0,
      stoppedAfter: 1,
      changed: ["long"],
    });
    const judged = await calibrated(lines, "--honest", "long");
    expect(judged.config.budget).toMatchObject({ modelCalls: 75, wallMs: 75_000 });
    expect(judged.budget.map(({ because }) => because)).toContain(
      "an honest run used 50; times 1.5",
    );
    expect(judged.check.honest).toMatchObject({ stoppedAfter: 0, changed: [] });
  });

  test("don't count runs that guard would have stopped, and runs that a person says have looped", async () => {
    const lines = [
      ...times(20, (index) => using(`r${index}`, 4)),
      looping("loop", 500),
      using("odd", 90),
    ];
    const { budget, honest, toJudge, config } = await calibrated(lines, "--looped", "odd");
    expect(honest).toBe(20);
    expect(toJudge).toMatchObject([{ id: "loop", calls: 500, at: 4, rule: "no-progress" }]);
    expect(config.budget).toMatchObject({ toolCalls: 12 });
    expect(budget[0]).toMatchObject({ wouldStop: ["odd"] });
  });

  test("need 20 runs, or what --min-runs says", async () => {
    const lines = times(19, (index) => using(`r${index}`, 4));
    const { config, tooFew } = await calibrated(lines);
    expect(config).toEqual({});
    expect(tooFew[0]).toEqual({ figure: "modelCalls", runs: 19, needed: 20 });
    expect((await calibrated(lines, "--min-runs", "19")).config.budget).toMatchObject({
      toolCalls: 12,
    });
  });
});

const poll = (id: string, tool = "get_build", last = "green") =>
  calls(
    id,
    ...["red", "red", last].map((result) => ({ tool, args: { id: 1 }, result: `build ${result}` })),
  );
const page = (id: string, tool = "results") =>
  calls(id, ...[1, 2, 3, 4].map((result) => ({ tool, args: {}, result: `row ${result}` })));

describe("policies of tools", () => {
  test.each<[what: string, lines: readonly string[], tools: object | undefined]>([
    [
      "an answer that stays and then changes",
      times(5, (i) => poll(`r${i}`)),
      { get_build: { policy: "polling" } },
    ],
    ["another answer each time", times(5, (i) => page(`r${i}`)), { results: { policy: "paging" } }],
    ["a name that tells enough", times(5, (i) => poll(`r${i}`, "build_status")), undefined],
    ["an answer that never changes", times(5, (i) => poll(`r${i}`, "get_build", "red")), undefined],
    [
      "a change after an action",
      times(5, (i) =>
        calls(
          `r${i}`,
          { tool: "get_build", args: 1, result: "red" },
          { tool: "edit_file", args: i, result: "edited" },
          { tool: "get_build", args: 1, result: "red" },
          { tool: "edit_file", args: -i, result: "edited" },
          { tool: "get_build", args: 1, result: "green" },
        ),
      ),
      undefined,
    ],
    ["a name that no option can have", times(5, (i) => poll(`r${i}`, "__proto__")), undefined],
    ["four runs", times(4, (i) => poll(`r${i}`)), undefined],
  ])("%s", async (_, lines, tools) => {
    expect((await calibrated(lines)).config.tools).toEqual(tools);
  });

  test("say how many runs they need", async () => {
    const { thinTools } = await calibrated(times(4, (index) => poll(`r${index}`)));
    expect(thinTools).toMatchObject([{ tool: "get_build", runs: 4, needed: 5 }]);
    const lines = times(4, (index) => poll(`r${index}`));
    const { config } = await calibrated(lines, "--min-tool-runs", "4");
    expect(config.tools).toEqual({ get_build: { policy: "polling" } });
  });

  test("are left out where they would let a stopped run pass that no person has judged", async () => {
    const stuck = calls(
      "stuck",
      ...times(9, String).map(() => ({ tool: "get_build", args: {}, result: "red" })),
    );
    const lines = [...times(5, (index) => poll(`r${index}`)), stuck];
    const found = await calibrated(lines);
    expect(found.config).toEqual({});
    expect(found.doubts).toMatchObject([
      { proposal: { tool: "get_build" }, stops: [], frees: ["stuck"] },
    ]);
    const judged = await calibrated(lines, "--honest", "stuck");
    expect(judged.config.tools).toEqual({ get_build: { policy: "polling" } });
    expect(judged.tools[0]).toMatchObject({ letsPass: ["stuck"] });
  });
});

describe("runs that a person calls honest", () => {
  const again = (id: string, count: number, tool = "search") =>
    calls(id, ...times(count, String).map(() => ({ tool, args: "x", result: "none" })));
  const ids = times(5, (index) => `r${index}`);

  test("pass with the smallest change that lets no loop pass", async () => {
    const lines = [...ids.map((id) => again(id, 4)), again("loop", 30)];
    const { config, check } = await calibrated(lines, "--honest", ...ids, "--looped", "loop");
    expect(config.tools).toEqual({
      search: { thresholds: { "no-progress": { warn: 2, block: 3, open: 6 } } },
    });
    expect(check).toMatchObject({
      honest: { runs: 5, stoppedBefore: 5, stoppedAfter: 0 },
      others: { runs: 1, stoppedBefore: 1, stoppedAfter: 1 },
    });
  });

  test.each<[why: string, tool: string, count: number, honest: number]>([
    ["few", "search", 4, 4],
    ["loops", "search", 30, 5],
    ["effects", "send_payment", 3, 5],
  ])("stay stopped, and guard says why: %s", async (why, tool, count, honest) => {
    const lines = [...ids.map((id) => again(id, count, tool)), again("loop", count, tool)];
    const found = await calibrated(lines, "--honest", ...ids.slice(0, honest));
    expect(found.config).toEqual({});
    expect(found.stillStopped).toMatchObject([{ why, tool, runs: ids.slice(0, honest) }]);
  });
});

describe("what guard prints", () => {
  test("the config goes to standard output, the report to standard error", async () => {
    const lines = [...times(20, (index) => poll(`r${index}`)), looping("loop", 9)];
    const { code, out, err } = await printed(lines);
    expect({ code, out }).toEqual({
      code: 0,
      out: `import type { GuardOptions } from "@guard/core";

// From guard calibrate: 21 runs, 20 of them honest.
export default {
  budget: {
    toolCalls: 9, // 95th percentile of 20 runs: 3, times 3
  },
  tools: {
    // its answer stays the same and then changes by itself (20 runs)
    get_build: { policy: "polling" },
  },
} satisfies GuardOptions;
`,
    });
    expect(err).toContain("21 runs: 20 honest, 1 for you to judge");
    expect(err).toContain(
      "Too little data for a limit of tokens: 0 of 20 honest runs have the figure.",
    );
    expect(err).toContain("of 20 honest runs guard stops 0 without this config, 0 with it");
  });

  test.each(['a"b', "a\nb", "*/ // ${x}", "größe", "a\u2028b"])(
    "a tool of any name makes a config that loads: %j",
    async (tool) => {
      const { out } = await printed(times(5, (index) => poll(`r${index}`, tool)));
      const [config = ""] = files({ "guard.config.mts": out });
      const { default: options } = (await import(pathToFileURL(config).href)) as {
        default: { tools: object };
      };
      expect(Object.entries(options.tools)).toEqual([[tool, { policy: "polling" }]]);
      expect(out).toMatch(/^[ -~\n]*$/);
    },
  );

  test("guard shows its progress on a terminal", async () => {
    const [file = ""] = files({ "runs.jsonl": times(1_001, (i) => page(`r${i}`)).join("\n") });
    let err = "";
    const output = {
      out: async () => {},
      err: (text: string) => void (err += text),
      showsProgress: true,
    };
    expect(await runCli(["calibrate", file], output)).toBe(0);
    expect(err).toContain("\rguard calibrate: 500 runs read");
    expect(err).toContain("\rguard calibrate: 1000 of 1001 runs judged\n");
  });
});

/** A ledger in the mode `observe`: 20 honest runs of ten names, and one that loops. */
async function ledgerFile(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "guard-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ledger.db");
  let now = Date.UTC(2026, 10, 29);
  const clock = () => (now += 10);
  const { store, ledger } = sqlite(file, { clock });
  const registry = createRegistry({ mode: "observe", store, ledger, ports: { clock } });
  const usage = { inputTokens: 900, outputTokens: 100, usd: 0.002 };
  for (let run = 0; run < 21; run += 1) {
    const breaker = registry.breaker({ name: run === 20 ? "loop" : `r${run % 10}` });
    const lane = breaker.agent();
    for (let call = 0; call < (run === 20 ? 9 : 3); call += 1) {
      const [decision] = lane.admitSync([{ kind: "model", model: "m" }]);
      lane.settleSync(decision.token, { status: "success", usage });
      const args = { q: run === 20 ? "SECRET" : call };
      await lane.run({ kind: "tool", tool: "search", args }, () => "nothing");
    }
    breaker.endRun();
  }
  ledger.close();
  return file;
}

describe("a ledger", () => {
  test("gives budgets, and the runs that guard would have stopped", async () => {
    const db = await ledgerFile();
    const { code, out, err } = await cli("calibrate", "--db", db, "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const found = JSON.parse(out) as Calibration;
    expect(found).toMatchObject({ runs: 21, honest: 20 });
    expect(found.toJudge).toMatchObject([
      {
        id: "loop",
        calls: 9,
        at: 6,
        rule: "no-progress",
        tool: "search",
        cure: 'tools: { search: { policy: "polling" } }',
      },
    ]);
    expect(found.config).toEqual({
      budget: { modelCalls: 9, toolCalls: 9, tokens: 9_000, usd: 0.018, wallMs: 60_000 },
    });
    expect(found.check.others).toMatchObject({ stoppedBefore: 1, stoppedAfter: 1 });
  });

  test("may have no runs since a moment", async () => {
    const db = await ledgerFile();
    const { code, err } = await cli("calibrate", "--db", db, "--since", "2999-01-01");
    expect({ code, err }).toEqual({
      code: 2,
      err: `${db} has no runs with calls since 2999-01-01\n`,
    });
  });
});

describe("mistakes", () => {
  test.each<[args: readonly string[], fault: string]>([
    [[], "guard calibrate reads recorded runs or a ledger: name FILES, or --db FILE"],
    [
      ["RUNS", "--db", "x.db"],
      "guard calibrate reads recorded runs or a ledger: name FILES, or --db FILE",
    ],
    [["RUNS", "--since", "7d"], "--since: only a ledger has dates. Name it with --db FILE"],
    [["RUNS", "--min-runs", "0"], '--min-runs: expected a whole number from 1 on, received "0"'],
    [
      ["RUNS", "--min-tool-runs", "x"],
      '--min-tool-runs: expected a whole number from 1 on, received "x"',
    ],
    [["RUNS", "--honest", "r9"], '--honest: there is no run "r9"'],
    [["RUNS", "--honest", "r1", "--looped", "r1"], '--honest, --looped: "r1" can\'t be both'],
    [["--honest", "r1", "RUNS"], "Name FILES before --honest and --looped"],
    [["nowhere.jsonl"], "nowhere.jsonl: there is no such file"],
    [["EMPTY"], "There is no run to calibrate from"],
  ])("%j", async (args, fault) => {
    const [runs = "", empty = ""] = files({ "runs.jsonl": page("r1"), "empty.jsonl": "" });
    const given = args.map((arg) => (arg === "RUNS" ? runs : arg === "EMPTY" ? empty : arg));
    const { code, out, err } = await cli("calibrate", ...given);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(fault);
  });

  test("a wrong line is named, and the others still count", async () => {
    const { code, out, err } = await printed([page("r1"), "{"], "--json");
    expect(code).toBe(2);
    expect(err).toContain("runs.jsonl:2: not JSON");
    expect((JSON.parse(out) as Calibration).runs).toBe(1);
  });

  test("the options of --config judge the runs, and their policies stay", async () => {
    const lines = times(5, (index) => poll(`r${index}`));
    const [runs = ""] = files({ "runs.jsonl": lines.join("\n") });
    const config = join(runs, "../own.json");
    writeFileSync(config, '{"tools":{"get_build":{"policy":"read"}}}');
    const { out } = await cli("calibrate", runs, "--config", config, "--json");
    expect((JSON.parse(out) as Calibration).config).toEqual({});
  });
});
