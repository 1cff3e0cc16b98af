// Processes with one file share their failure circuits, and with `keepText` their queues for people.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startCaller, type Caller } from "./support/callers.ts";

let folder: string;
let started: Caller[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "circuits-"));
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((caller) => caller.end()));
  rmSync(folder, { recursive: true });
});

function processes(count: number, keepText = false): readonly Caller[] {
  const file = join(folder, "guard.db");
  const more = Array.from({ length: count }, () => startCaller(file, keepText));
  started.push(...more);
  return more;
}

/** All bytes of the file and its log. */
const bytes = () =>
  Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

const minute = 60_000;
const sum = (figures: readonly number[]) => figures.reduce((total, one) => total + one, 0);

describe(
  "four processes with one circuit, which opens after twelve failures",
  { timeout: 60_000 },
  () => {
    test("failures of all processes add up, and two probes run over all of them", async () => {
      const four = processes(4);
      const failed = await Promise.all(
        four.map((one) => one.ask({ at: 0, make: "fail", calls: 3 })),
      );
      expect(failed.map(({ ran }) => ran)).toEqual([3, 3, 3, 3]);
      const refused = await Promise.all(
        four.map((one) => one.ask({ at: 1, make: "ok", calls: 2 })),
      );
      expect(refused.map(({ ran, state }) => [ran, state])).toEqual(
        Array.from({ length: 4 }, () => [0, "open"]),
      );
      const probed = await Promise.all(
        four.map((one) => one.ask({ at: minute, make: "hang", calls: 5 })),
      );
      expect(sum(probed.map(({ ran }) => ran))).toBe(2);
      expect(sum(probed.map(({ refused: gone }) => gone))).toBe(18);
    });

    test("kill -9 of the process that probes frees its place after the probe's time", async () => {
      const [prober, other] = processes(2) as [Caller, Caller];
      await prober.ask({ at: 0, make: "fail", calls: 12 });
      expect(await prober.ask({ at: minute, make: "hang", calls: 2 })).toMatchObject({ ran: 2 });
      await prober.end("SIGKILL");
      const before = await other.ask({ at: minute + 29_999, make: "ok", calls: 1 });
      expect(before).toMatchObject({ refused: 1, state: "half-open" });
      const after = await other.ask({ at: minute + 30_000, make: "ok", calls: 1 });
      expect(after).toMatchObject({ ran: 1, state: "closed" });
    });

    test("a process that starts later goes on with the break and with the failures", async () => {
      const [first] = processes(1) as [Caller];
      await first.ask({ at: 0, make: "fail", calls: 11 });
      await first.end();
      const [second] = processes(1) as [Caller];
      expect(await second.ask({ at: 1_000, make: "fail", calls: 1 })).toMatchObject({
        state: "open",
      });
      await second.end();
      const [third] = processes(1) as [Caller];
      const held = await third.ask({ at: minute + 999, make: "ok", calls: 1 });
      expect(held).toMatchObject({ refused: 1, state: "open" });
      const free = await third.ask({ at: minute + 1_000, make: "ok", calls: 1 });
      expect(free).toMatchObject({ ran: 1, state: "closed" });
    });
  },
);

describe("a queue for people", { timeout: 60_000 }, () => {
  const canary = "canary-5b1d8e";

  test("with keepText, a person at one process answers the call of another", async () => {
    const [agent, desk] = processes(2, true) as [Caller, Caller];
    expect(await agent.ask({ at: 0, ask: canary })).toMatchObject({ waiting: 1 });
    expect(await desk.ask({ at: 1, serve: "done:" })).toMatchObject({ waiting: 0 });
    expect(await agent.next()).toBe(`done: ${canary}`);
    expect(bytes().includes(canary)).toBe(true);
  });

  test("without keepText, neither a call nor an error nor a result enters the file", async () => {
    const [agent, desk] = processes(2) as [Caller, Caller];
    await agent.ask({ at: 0, make: "fail", calls: 12 });
    expect(await agent.ask({ at: 0, ask: canary })).toMatchObject({ waiting: 1 });
    expect(await desk.ask({ at: 1, serve: canary })).toMatchObject({ waiting: 0 });
    const written = bytes();
    expect(written.includes("circuit:backend")).toBe(true);
    for (const text of [canary, "503"]) expect(written.includes(text)).toBe(false);
  });
});
