import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createRegistry } from "../../src/breaker/registry.ts";
import { recordTo, type FileRecorder, type RecordOptions } from "../../src/record/index.ts";
import type { RecordedRun } from "../../src/replay/recorded-run.ts";
import { replay } from "../../src/replay/replay.ts";
import { RunCollector } from "../../src/replay/run-collector.ts";
import type { RecordedEvent } from "../../src/vocabulary/recorded-event.ts";
import { listen } from "../support/breakers.ts";

function folder(): string {
  const path = fs.mkdtempSync(join(tmpdir(), "guard-record-"));
  onTestFinished(() => fs.rmSync(path, { recursive: true }));
  return path;
}

function recorder(options?: RecordOptions, name = "runs.jsonl") {
  const file = join(folder(), name);
  return { file, record: recordTo(file, options) };
}

const call = (args: unknown, result: unknown = "none"): RecordedEvent => ({
  type: "tool",
  tool: "search",
  args,
  result,
});

function textOf(file: string): string {
  const bytes = fs.readFileSync(file);
  return String(file.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

/** The runs of files, in the order of their names. */
function runsIn(...files: readonly string[]): readonly RecordedRun[] {
  const collector = new RunCollector();
  const lines = files.flatMap((file) => textOf(file).split("\n")).filter((line) => line !== "");
  const whole = lines.map((line) => collector.take(line)).filter((run) => run !== undefined);
  return [...whole, ...collector.rest()];
}

const siblings = (file: string) =>
  fs
    .readdirSync(join(file, ".."))
    .toSorted()
    .map((name) => join(file, "..", name));

describe("a file recorder", () => {
  test.each(["runs.jsonl", "runs.jsonl.gz"])("writes runs that replay reads: %s", async (name) => {
    const { file, record } = recorder({}, name);
    const registry = createRegistry({ mode: "observe", record });
    const [first, second] = [registry.breaker({ name: "one" }), registry.breaker({ name: "two" })];
    for (let turn = 0; turn < 6; turn += 1) {
      for (const breaker of [first, second]) {
        const lane = breaker.agent();
        await lane.run({ kind: "tool", tool: "search", args: { q: "x" } }, () => "nothing");
      }
    }
    first.endRun();
    await record.close();
    const runs = runsIn(file);
    expect(runs.map(({ id, events }) => [id, events.length])).toEqual([
      ["one", 6],
      ["two", 6],
    ]);
    expect(replay(runs[0]!)).toMatchObject({ calls: 6, warned: 3, blocked: 4, opened: 6 });
  });

  test("only the owner reads the file, and a missing folder is made", async () => {
    const file = join(folder(), "a/b/runs.jsonl");
    const record = recordTo(file);
    record("r1", call("x"));
    await record.close();
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.statSync(join(file, "..")).mode & 0o777).toBe(0o700);
  });

  test("writes once a second, without being asked", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { file, record } = recorder();
    record("r1", call("x"));
    vi.advanceTimersByTime(999);
    expect(fs.existsSync(file)).toBe(false);
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    await record.flush();
    expect(runsIn(file)).toHaveLength(1);
  });

  test("a run that ended and a later run of the same name are two runs", async () => {
    const { file, record } = recorder();
    record("nightly", call("a"));
    record.ended("nightly");
    record("nightly", call("b"));
    record.ended("nightly");
    record.ended("nightly");
    await record.close();
    expect(runsIn(file).map(({ events }) => events.length)).toEqual([1, 1]);
  });

  test("two recorders of one file don't mix runs of the same name", async () => {
    const { file, record } = recorder();
    const other = recordTo(file);
    for (const one of [record, other, record]) {
      one("nightly", call("x"));
      await one.flush();
    }
    expect(runsIn(file).map(({ events }) => events.length)).toEqual([2, 1]);
  });
});

describe("redaction", () => {
  const secret = { type: "tool", tool: "login", args: { password: "SECRET" } } as const;

  test.each<[what: string, redact: NonNullable<RecordOptions["redact"]>, runs: number]>([
    ["changes an event", (event) => ({ ...event, args: "…" }) as RecordedEvent, 1],
    ["leaves an event out", () => undefined, 0],
    ["may change the copy that it gets", (event) => Object.assign(event, { args: 1 }), 1],
  ])("%s", async (_, redact, runs) => {
    const { file, record } = recorder({ redact });
    record("r1", secret);
    await record.close();
    const text = fs.existsSync(file) ? textOf(file) : "";
    expect(text).not.toContain("SECRET");
    expect(text.split("\n").filter(Boolean)).toHaveLength(runs);
    expect(secret.args.password).toBe("SECRET");
  });

  test.each<[what: string, redact: unknown]>([
    [
      "that throws",
      () => {
        throw new Error("no");
      },
    ],
    ["that is async", async (event: RecordedEvent) => event],
    ["that returns no event", () => ({})],
  ])("a function %s writes nothing of that event, and the run goes on", async (_, redact) => {
    const { file, record } = recorder({ redact: redact as NonNullable<RecordOptions["redact"]> });
    const breaker = createRegistry({ record }).breaker();
    const events = listen(breaker);
    const args = { password: "SECRET" };
    const told = await breaker.agent().run({ kind: "tool", tool: "login", args }, () => "in");
    await record.close();
    expect(told).toBe("in");
    expect(events).toMatchObject([{ type: "port-error", port: "record" }]);
    expect(fs.existsSync(file)).toBe(false);
  });
});

describe("hostile values", () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const throwing = {
    get value() {
      throw new Error("no");
    },
  };

  test.each<[what: string, value: unknown, written: unknown]>([
    ["a cycle", cycle, { self: "[circular]" }],
    ["a BigInt", { n: 5n }, { n: "5n" }],
    ["a getter that throws", throwing, "[unreadable]"],
    ["a map", new Map([["a", 1]]), { map: [["a", 1]] }],
    ["a function", () => 1, "[function]"],
    ["an error", new TypeError("no"), { error: "TypeError", message: "no" }],
    ["line ends", "a\nb\u2028c", "a\nb\u2028c"],
  ])("%s is written as one line", async (_, value, written) => {
    const { file, record } = recorder();
    record("r1", call(value, value));
    await record.close();
    expect(runsIn(file)[0]!.events).toMatchObject([{ args: written, result: written }]);
  });

  test("a result of 10 MB is cut, and different results stay different", async () => {
    const { file, record } = recorder();
    const long = "x".repeat(10_000_000);
    record("r1", call("a", long));
    record("r1", call("a", `${long}y`));
    await record.close();
    const [first, second] = runsIn(file)[0]!.events as readonly { result: string }[];
    expect(fs.statSync(file).size).toBeLessThan(50_000);
    expect(first!.result).toMatch(/^x+… \[cut by guard: 10000000 characters, hash [\da-f]{24}\]$/);
    expect(second!.result).not.toBe(first!.result);
  });
});

describe("files stay bounded", () => {
  test.each(["runs.jsonl", "runs.jsonl.gz"])(
    "a full file gets another name, and the oldest goes: %s",
    async (name) => {
      const { file, record } = recorder({ maxBytes: 1, maxFiles: 3 }, name);
      for (let index = 0; index < 5; index += 1) {
        record("r1", call(index));
        await record.flush();
        await vi.waitFor(() => expect(fs.existsSync(file)).toBe(true));
      }
      const found = siblings(file);
      expect(found).toHaveLength(3);
      expect(found.at(-1)).toBe(file);
      // One run goes on over all files, in the order of their names.
      const [run, ...others] = runsIn(...found);
      expect(others).toEqual([]);
      expect(run!.events.map((event) => "args" in event && event.args).at(-1)).toBe(4);
    },
  );

  test("two recorders of one file lose nothing while files fill up", async () => {
    const { file, record } = recorder({ maxBytes: 500, maxFiles: 1_000 });
    const other = recordTo(file, { maxBytes: 500, maxFiles: 1_000 });
    for (let index = 0; index < 100; index += 1) {
      record("a", call(index));
      other("b", call(index));
      await Promise.all([record.flush(), other.flush()]);
    }
    const files = siblings(file);
    expect(files.length).toBeGreaterThan(10);
    expect(runsIn(...files).map(({ events }) => events.length)).toEqual([100, 100]);
  });

  test("other files of the folder stay", async () => {
    const { file, record } = recorder({ maxBytes: 1, maxFiles: 1 });
    const other = join(file, "../runs.old.jsonl");
    fs.writeFileSync(other, "");
    for (const index of [1, 2]) {
      record("r1", call(index));
      await record.flush();
    }
    expect(siblings(file)).toEqual([file, other]);
  });

  test("a disk that is too slow drops events, and keeps a bounded amount in memory", async () => {
    const { record } = recorder();
    const long = "x".repeat(200_000);
    const drop = () => {
      for (let index = 0; index < 200; index += 1) record("r1", call(index, long));
    };
    expect(drop).toThrow("the disk is too slow for the recorder");
    await record.close();
  });
});

describe("a file that can't be written", () => {
  test("is one port-error for a batch, and the run goes on", async () => {
    const record = recordTo(folder()); // a folder is no file
    const breaker = createRegistry({ record }).breaker();
    const events = listen(breaker);
    const lane = breaker.agent();
    for (const q of ["a", "b", "c"]) {
      expect(await lane.run({ kind: "tool", tool: "search", args: { q } }, () => q)).toBe(q);
    }
    await expect(record.flush()).rejects.toThrow("EISDIR");
    expect(events).toMatchObject([{ type: "port-error", port: "record" }]);
    record("r1", call("x")); // what was lost does not come again
    await expect(record.close()).rejects.toThrow("EISDIR");
  });

  test("a call that does not look at the promise ends no process", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    onTestFinished(() => void process.off("unhandledRejection", unhandled));
    const record = recordTo(folder());
    record("r1", call("x"));
    await record.flush().catch(() => {});
    await new Promise(setImmediate);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test("after it is closed, an event is an error of the recorder", async () => {
    const { record } = recorder();
    await record.close();
    expect(() => record("r1", call("x"))).toThrow("the recorder is closed");
  });
});

describe("a process", () => {
  const source = new URL("../../src/record/index.ts", import.meta.url).href;
  const run = (code: string, file: string) =>
    new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      const lines = `import { recordTo } from "${source}"; const record = recordTo(process.argv[1]);
        const event = (args) => ({ type: "tool", tool: "search", args }); ${code}`;
      const args = ["--input-type=module", "-e", lines, file];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      child.stdout.once("data", () => child.kill("SIGKILL"));
      child.on("close", (ended, signal) => resolve({ code: ended, signal }));
    });

  test.each([
    ["that ends by itself", ""],
    ["that calls process.exit", "process.exit(0);"],
  ])("%s writes the rest, and does not wait", async (_, end) => {
    const file = join(folder(), "runs.jsonl.gz");
    const { code } = await run(`record("r1", event(1)); record("r1", event(2)); ${end}`, file);
    expect(code).toBe(0);
    expect(runsIn(file)[0]!.events).toHaveLength(2);
  });

  test.each(["runs.jsonl", "runs.jsonl.gz"])(
    "that is killed leaves a file that can be read, and the next process adds to it: %s",
    async (name) => {
      const file = join(folder(), name);
      const code = `record("r1", event(1)); await record.flush(); record("r1", event(2)); console.log("go"); setInterval(() => {}, 1000);`;
      expect((await run(code, file)).signal).toBe("SIGKILL");
      expect(runsIn(file)[0]!.events).toHaveLength(1);
      expect((await run(code, file)).signal).toBe("SIGKILL");
      expect(runsIn(file).map(({ events }) => events.length)).toEqual([1, 1]);
    },
  );

  test("that was killed in the middle of a line costs this line only", async () => {
    const { file, record } = recorder();
    fs.writeFileSync(file, '{"id":"r0","event":{"ty');
    record("r1", call("x"));
    await record.close();
    expect(textOf(file).split("\n")[1]).toMatch(/^\{"id":"r1"/);
  });
});

describe("wrong arguments", () => {
  test.each<[args: unknown[], fault: string]>([
    [[], 'file: expected a path such as ".guard/runs.jsonl.gz", received undefined'],
    [["f", { maxBytes: 0 }], "maxBytes: expected a whole number from 1 on, received 0"],
    [["f", { maxFiles: 1.5 }], "maxFiles: expected a whole number from 1 on, received 1.5"],
    [["f", { redact: true }], "redact: expected a function, received true"],
    [["f", { gzip: true }], "gzip: there is no such option (there are redact, maxBytes, maxFiles)"],
    [["f", null], "options: expected a plain object such as { maxFiles: 8 }, received null"],
  ])("%j", (args, fault) => {
    const make = recordTo as (...given: unknown[]) => FileRecorder;
    expect(() => make(...args)).toThrow(fault);
  });
});
