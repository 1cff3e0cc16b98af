import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryOutbox, webhookSink, type Alert, type Outbox } from "@guard/alerts";
import { createRegistry } from "@guard/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../src/database.ts";
import { sqlite } from "../src/index.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "outbox-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const alert: Alert = {
  severity: "hard",
  run: "nightly",
  time: "2026-11-29T00:00:00.000Z",
  text: "This task was stopped.",
  reason: "loop",
};

const lost = () => Promise.reject(new Error("connection refused"));

const file = () => sqlite(join(folder, "ledger.db")).ledger.outbox;

describe.each<[string, () => Outbox]>([
  ["memory", memoryOutbox],
  ["a ledger's file", file],
])("the outbox in %s", (_, make) => {
  test("gives what is due, the oldest first, and each key once", () => {
    const outbox = make();
    for (const key of ["b", "a", "b"]) outbox.add({ key, alert }, 10);
    expect(outbox.nextAt()).toBe(10);
    expect(outbox.due(9)).toEqual([]);
    expect(outbox.due(10)).toEqual([
      { key: "b", alert, attempts: 0 },
      { key: "a", alert, attempts: 0 },
    ]);
  });

  test("what was sent is not sent again, also if it is added again", () => {
    const outbox = make();
    outbox.add({ key: "a", alert }, 0);
    outbox.done("a");
    outbox.add({ key: "a", alert }, 0);
    expect([outbox.due(1_000_000), outbox.nextAt()]).toEqual([[], undefined]);
  });

  test("what failed is due again at its moment, with its attempts", () => {
    const outbox = make();
    outbox.add({ key: "a", alert }, 0);
    outbox.due(0);
    outbox.retryAt("a", 1_000);
    expect(outbox.nextAt()).toBe(1_000);
    expect(outbox.due(1_000)).toEqual([{ key: "a", alert, attempts: 1 }]);
  });
});

test("what was sent long ago leaves the file, and what waits stays", () => {
  const { ledger } = sqlite(join(folder, "ledger.db"));
  const { outbox } = ledger;
  outbox.add({ key: "waits", alert }, 0);
  for (let index = 0; index < 1_100; index += 1) {
    outbox.add({ key: `${index}`, alert }, 1);
    outbox.done(`${index}`);
  }
  ledger.close();
  const database = openDatabase(join(folder, "ledger.db"));
  const count = database.prepare("SELECT count(*) AS rows FROM outbox").get();
  database.close();
  expect(count).toEqual({ rows: 1_001 });
  expect(file().due(0)).toMatchObject([{ key: "waits" }]);
});

test("two processes don't take the same alert, until a minute has passed", () => {
  const [one, other] = [file(), file()];
  one.add({ key: "a", alert }, 0);
  expect([one.due(0).length, other.due(0).length]).toEqual([1, 0]);
  expect(other.due(60_000)).toHaveLength(1);
});

test("an alert that a process could not send is sent by the next one", async () => {
  const bodies: unknown[] = [];
  const { store, ledger } = sqlite(join(folder, "ledger.db"));
  const registry = createRegistry({ store, ledger, budget: { toolCalls: 0 } });
  let now = 0;
  const options = { severity: "hard", clock: () => now } as const;
  const sink = webhookSink("http://127.0.0.1:9/", {
    ...options,
    outbox: ledger.outbox,
    fetch: lost,
  });
  sink.watch(registry);
  const call = { kind: "tool", tool: "search", args: {} } as const;
  await registry
    .breaker()
    .agent()
    .run(call, () => "never")
    .catch(() => {});
  await sink.flush();
  ledger.close();
  now = 1_000;
  const send: typeof fetch = async (_url, init) => {
    bodies.push(JSON.parse(init?.body as string));
    return new Response("ok");
  };
  await webhookSink("http://127.0.0.1:9/", { ...options, outbox: file(), fetch: send }).flush();
  expect(bodies).toMatchObject([{ severity: "hard", reason: "budget" }]);
});

test("an outbox that throws is told, and reaches no agent", async () => {
  const errors: string[] = [];
  const outbox = sqlite(folder).ledger.outbox; // a folder is no file
  const onError = (error: unknown) => void errors.push(String(error));
  await webhookSink("http://127.0.0.1:9/", { outbox, onError }).flush();
  expect(errors).toEqual([expect.stringContaining("can't open the ledger")]);
});
