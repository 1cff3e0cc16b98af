import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createBreaker,
  createRegistry,
  memoryLedger,
  OptionsError,
  type Ledger,
} from "@guard/core";
import { sqlite, type LedgerFile } from "@guard/ledger-sqlite";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { runLoop, type LoopOptions } from "../src/index.ts";
import { asks, says, scripted } from "./scripted-client.ts";

const spec = {
  does: "find the port of the server",
  doesNot: "change the server",
  done: "the answer names one port number",
};
const other = { ...spec, done: "the answer names two port numbers" };

const told: unknown[][] = [];
beforeEach(() => void vi.spyOn(console, "error").mockImplementation((...line) => told.push(line)));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  told.length = 0;
});

const answering = () => scripted(says("It is 8080."));
const faultOf = (options: LoopOptions) =>
  runLoop(options).then(
    () => undefined,
    (error: unknown) => (OptionsError.isInstance(error) ? (error as Error).message : error),
  );
const hang = () => new Promise<never>(() => {});
const full = () => {
  throw new Error("database or disk is full");
};
const specsIn = async (ledger: Ledger) => ledger.read({ type: "spec" });

const ledgers: Readonly<Record<string, () => Ledger>> = {
  memory: () => memoryLedger(),
  SQLite: () => inFile(),
};

/** A ledger in a folder of its own. */
function inFile(): LedgerFile {
  const folder = mkdtempSync(join(tmpdir(), "guard-loop-"));
  const { ledger } = sqlite(join(folder, "ledger.db"));
  onTestFinished(() => {
    ledger.close();
    rmSync(folder, { recursive: true });
  });
  return ledger;
}

describe.each(Object.entries(ledgers))("a session in a ledger of %s", (_, make) => {
  test("keeps one spec: the same spec again writes nothing, and the loop runs", async () => {
    const ledger = make();
    for (const again of [spec, { ...spec }, { ...spec, done: ` ${spec.done} ` }]) {
      const result = await runLoop({ spec: again, model: answering(), ledger, sessionId: "s1" });
      expect(result.success).toBe(true);
    }
    expect(await specsIn(ledger)).toMatchObject([{ session: "s1", ...spec }]);
  });

  test("refuses another spec before the model is asked, and writes nothing", async () => {
    const ledger = make();
    await runLoop({ spec, model: answering(), ledger, sessionId: "s1" });
    const before = await ledger.read({});
    const model = answering();
    expect(await faultOf({ spec: other, model, ledger, sessionId: "s1" })).toBe(
      'spec.done: the session "s1" has another spec, and a spec never changes (write a new sessionId)',
    );
    expect(model.requests).toEqual([]);
    expect(await ledger.read({})).toEqual(before);
  });

  test("leaves other sessions their own specs", async () => {
    const ledger = make();
    await runLoop({ spec, model: answering(), ledger, sessionId: "s1" });
    await runLoop({ spec: other, model: answering(), ledger, sessionId: "s2" });
    expect(await specsIn(ledger)).toMatchObject([{ session: "s1" }, { session: "s2", ...other }]);
  });
});

test("a spec that `freezeSpec` has written is the session's spec", async () => {
  const ledger = inFile();
  ledger.freezeSpec({ session: "s1", ...spec });
  expect(await faultOf({ spec, model: answering(), ledger, sessionId: "s1" })).toBeUndefined();
  expect(await faultOf({ spec: other, model: answering(), ledger, sessionId: "s1" })).toMatch(
    /^spec\.done: the session "s1" has another spec/,
  );
});

test("a ledger that finds a spec by its session need not read its entries", async () => {
  const ledger = { ...inFile(), read: full };
  ledger.freezeSpec({ session: "s1", ...spec });
  expect(await faultOf({ spec: other, model: answering(), ledger, sessionId: "s1" })).toMatch(
    /another spec/,
  );
});

test("of two processes that write a spec at once, the first one's spec holds", async () => {
  const memory = memoryLedger();
  // The other process writes between our read and our append.
  const append: Ledger["append"] = (entries) => {
    const [theirs] = entries;
    if (theirs?.type === "spec") memory.append([{ ...theirs, ...other }]);
    memory.append(entries);
  };
  const model = answering();
  const ledger = { ...memory, append };
  expect(await faultOf({ spec, model, ledger, sessionId: "s1" })).toMatch(/has another spec/);
  expect(model.requests).toEqual([]);
});

test.for(["append", "read"] as const)(
  "a ledger whose `%s` throws stops no loop, and the operator reads of it",
  async (method) => {
    const ledger = { ...memoryLedger(), [method]: full };
    const breaker = createBreaker({ accounts: { session: "s1" } });
    const result = await runLoop({ spec, model: answering(), ledger, breaker });
    expect(result.success).toBe(true);
    expect(told).toEqual([
      [
        "guard: the ledger did not keep the spec of session s1:",
        expect.objectContaining({ message: "database or disk is full" }),
      ],
    ]);
  },
);

test("a ledger that fails in the middle stops no loop, and the operator reads of it once", async () => {
  const memory = memoryLedger();
  const append: Ledger["append"] = (entries) => {
    if (entries.some(({ type }) => type !== "spec")) full();
    memory.append(entries);
  };
  const ledger = { ...memory, append };
  const model = scripted(asks("search"), asks("search"), says("It is 8080."));
  const tools = { search: { run: () => "no results" } };
  const result = await runLoop({ spec, model, tools, ledger, sessionId: "s1" });
  expect(result.success).toBe(true);
  expect(told.map(([line]) => line)).toEqual(["guard: the ledger failed in session s1:"]);
});

test("a ledger that hangs stops no loop: after five seconds it runs without the spec", async () => {
  vi.useFakeTimers();
  const ledger = { append: hang, read: hang };
  const breaker = createBreaker({ accounts: { session: "s1" } });
  const running = runLoop({ spec, model: answering(), ledger, breaker });
  await vi.advanceTimersByTimeAsync(4_999);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(await running).toMatchObject({ success: true });
  expect(String(told[0]?.[1])).toContain("the ledger has not answered within 5000 ms");
});

describe("the session of a breaker", () => {
  test("is the session of the loop, so the spec and the rows stand together", async () => {
    const ledger = memoryLedger();
    const breaker = createRegistry({ ledger }).breaker({ accounts: { session: "s7" } });
    const model = scripted(asks("search"), says("It is 8080."));
    const { sessionId } = await runLoop({ spec, model, breaker, ledger });
    expect(sessionId).toBe("s7");
    const sessions = ledger
      .read({})
      .flatMap((entry) => ("session" in entry ? [entry.session] : []));
    expect(new Set(sessions)).toEqual(new Set(["s7"]));
  });

  test.for([
    [
      "a sessionId that is another one",
      { breaker: createBreaker({ accounts: { session: "s7" } }), sessionId: "s8" },
      'sessionId: the breaker has the session "s7", received "s8". Leave sessionId out.',
    ],
    [
      "a ledger and a breaker without a session",
      { breaker: createBreaker(), ledger: memoryLedger(), sessionId: "s8" },
      'breaker: has no session, so no reviewer finds its rows. Write registry.breaker({ accounts: { session: "s8" } }).',
    ],
    ["an empty sessionId", { sessionId: "" }, "sessionId: expected a name, received nothing"],
  ] as const)("guard refuses %s", async ([, options, fault]) => {
    const model = answering();
    expect(await faultOf({ spec, model, ...options })).toBe(fault);
    expect(model.requests).toEqual([]);
  });
});
