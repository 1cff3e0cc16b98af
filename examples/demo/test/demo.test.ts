import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRun, replay } from "@guard/core/replay";
import { openLedger } from "@guard/ledger-sqlite";
import { afterAll, describe, expect, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");
const cwd = mkdtempSync(join(tmpdir(), "demo-"));
afterAll(() => rmSync(cwd, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demo as a person would. `onOutput` gets the output so far. */
function demo(args: readonly string[], onOutput?: (stdout: string, kill: () => void) => void) {
  return new Promise<Ended>((resolve) => {
    // Node.js 22 calls node:sqlite experimental. `npm run demo` has the same flag.
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", main, ...args],
      { cwd },
    );
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += String(chunk);
      onOutput?.(stdout, () => child.kill("SIGINT"));
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += String(chunk);
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

describe("the demo", { timeout: 60_000 }, () => {
  test("stops both loops, leaves the honest agent alone, and writes a report and recordings", async () => {
    const { code, stdout, stderr } = await demo([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });

    const rows = stdout.split("\n").map((line) => line.split(/ {2,}/));
    const row = (first: string) => rows.findIndex(([cell]) => cell === first);
    expect(rows[row("same-search")]).toEqual(
      expect.arrayContaining(["no", "25", "recursion limit"]),
    );
    expect(rows[row("same-search") + 1]).toEqual(
      expect.arrayContaining(["yes", "6", "3", "model call 6", "no-progress (search_docs)"]),
    );
    expect(rows[row("back-and-forth") + 1]).toEqual(
      expect.arrayContaining(["yes", "7", "4", "model call 7", "no-progress (read_file)"]),
    );
    expect(rows[row("twelve-steps") + 1]).toEqual(
      expect.arrayContaining(["yes", "13", "12", "finished", "untouched"]),
    );

    expect(stdout).toContain(
      '  same-search: This task was stopped: the agent asked for "search_docs"',
    );
    expect(stdout).toContain("npm run --silent guard -- replay .guard/demo-runs.jsonl");

    expect(stdout).toContain("  npm run --silent guard -- runs\n");
    const ledger = openLedger(join(cwd, ".guard/ledger.db"), { readOnly: true });
    const found = ledger
      .runs()
      .map(({ session, modelCalls, reason }) => [session, modelCalls, reason]);
    ledger.close();
    expect(found).toEqual([
      ["twelve-steps", 13, undefined],
      ["back-and-forth", 7, "loop"],
      ["same-search", 6, "loop"],
    ]);

    const report = JSON.parse(readFileSync(join(cwd, ".guard/demo-trip-report.json"), "utf8"));
    expect(report).toMatchObject([
      { agent: "same-search", reason: "loop", saved: { modelCalls: 19 } },
      { agent: "back-and-forth", reason: "loop", saved: { modelCalls: 18 } },
    ]);
    const lines = readFileSync(join(cwd, ".guard/demo-runs.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => replay(parseRun(line)))).toMatchObject([
      { id: "same-search", calls: 25, warned: 3, blocked: 4, opened: 6, rule: "no-progress" },
      { id: "back-and-forth", calls: 25, warned: 4, blocked: 5, opened: 7, rule: "no-progress" },
      { id: "twelve-steps", calls: 12, warned: null, blocked: null, opened: null, rule: null },
    ]);
  });

  test("a second demo in the same folder adds its runs, and keeps the specs of the first", async () => {
    const { code, stderr } = await demo([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const ledger = openLedger(join(cwd, ".guard/ledger.db"), { readOnly: true });
    const runs = ledger.runs().length;
    const spec = ledger.specOf("twelve-steps");
    ledger.close();
    expect(runs).toBe(6);
    expect(spec?.done).toBe("all twelve tests pass, and the deployment is live");
  });

  test("a reader that leaves early ends nothing", async () => {
    const child = spawn(process.execPath, [main], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += String(chunk);
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(0);
    expect(stderr).not.toContain("EPIPE");
  });

  test("a taken port ends in one clear line", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await demo(["--port", String(port)]);
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Port ${port} is taken\\. .*\\n$`));
  });

  test.each([
    [["--port", "70000"], "--port: expected a number from 0 to 65535, received 70000\n"],
    [["--prot", "1"], /Unknown option '--prot'/],
  ])("wrong options end in one clear line: %j", async (args, line) => {
    const { code, stderr } = await demo(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(line);
    expect(stderr).not.toContain("    at ");
  });

  test("Ctrl-C ends in one clear line", async () => {
    const { code, stderr } = await demo([], (stdout, interrupt) => {
      if (stdout.includes("scripted model")) interrupt();
    });
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: "\nYou stopped the demo. It has left nothing running.\n",
    });
  });
});
