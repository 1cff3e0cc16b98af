// Runs and questions that end like one before them, as the seam tells them.
import { describe, expect, test } from "vitest";
import { runsOf, type BreakerSource } from "../../src/adapter/index.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import { fixture } from "../support/breakers.ts";
import { manualClock } from "../support/clock.ts";
import { Chat, user } from "../support/seam.ts";
import { only } from "../support/script.ts";

const options: GuardOptions = { warnings: false, rules: only("again") };

let roots = 0;

/** A whole run: it asks for A and says so. Tells the verdict of its first model call. */
async function wholeRun(source: BreakerSource, thread?: string, text = "80"): Promise<string> {
  const run = runsOf(source).run(`again ${(roots += 1)}`);
  run.thread.keepIn(thread);
  const chat = new Chat(run.agent("a"));
  const verdict = await chat.asks("A");
  await chat.says(text);
  await run.end();
  return verdict;
}

async function manyRuns(count: number, one: (n: number) => Promise<string>): Promise<string> {
  let verdicts = "";
  for (let n = 0; n < count; n += 1) verdicts += await one(n);
  return verdicts;
}

describe("runs that end alike", () => {
  test("on one breaker: guard warns from the sixth on, and stops the sixteenth", async () => {
    const { breaker } = fixture(options);
    expect(await manyRuns(16, () => wholeRun(breaker))).toBe(`.....${"w".repeat(10)}O`);
  });

  test("over one thread of a registry", async () => {
    const registry = createRegistry(options);
    expect(await manyRuns(16, () => wholeRun(registry, "ann"))).toBe(`.....${"w".repeat(10)}O`);
  });

  test("not over several threads, nor without any", async () => {
    const registry = createRegistry(options);
    const threads = [undefined, "ann", "ben", "cem"];
    expect(await manyRuns(16, (n) => wholeRun(registry, threads[n % 4]))).toBe(".".repeat(16));
  });

  test("not where they answer otherwise", async () => {
    const { breaker } = fixture(options);
    expect(await manyRuns(16, (n) => wholeRun(breaker, undefined, `${n}`))).toBe(".".repeat(16));
  });

  test("a minute apart they are a heartbeat", async () => {
    const clock = manualClock();
    const registry = createRegistry({ ...options, ports: { clock } });
    const verdicts = await manyRuns(16, () => {
      clock.advance(60_000);
      return wholeRun(registry, "ann");
    });
    expect(verdicts).toBe(".".repeat(16));
  });
});

/** An agent of one run is asked questions in turn, each as a conversation of its own, and says this. */
async function questions(count: number, question: (n: number) => string, text: string) {
  const agent = runsOf(createRegistry(options))
    .run(`again ${(roots += 1)}`)
    .agent("voter");
  return manyRuns(count, async (n) => new Chat(agent, [user(question(n))]).says(text));
}

describe("independent questions that end alike", () => {
  test("the same question: warned from the sixth on, stopped at the sixteenth", async () => {
    expect(await questions(16, () => "Is it fine?", "yes")).toBe(`.....${"w".repeat(10)}O`);
  });

  test("a question with another time is the same question", async () => {
    expect(await questions(6, (n) => `It is 10:0${n}. Is it fine?`, "yes")).toBe(".....w");
  });

  test("ever other questions with the same answer are a batch", async () => {
    expect(await questions(30, (n) => `Is item ${n} fine?`, "yes")).toBe(".".repeat(30));
  });
});
