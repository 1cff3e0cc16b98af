import { expect, test } from "vitest";
import type { CircuitOpenError } from "../src/index.ts";
import {
  createBreaker,
  createRegistry,
  defaultTexts,
  findCircuitOpen,
  type Breaker,
  type Finding,
  type GuardOptions,
  type Texts,
} from "../src/index.ts";

const search = { kind: "tool", tool: "search", args: { q: "port" } } as const;

/** Runs a loop until guard stops the run. Returns what the model read, and the error that ended the run. */
async function looped(breaker: Breaker): Promise<{ read: string[]; stop: CircuitOpenError }> {
  const lane = breaker.agent("finder");
  const read: string[] = [];
  for (let step = 1; step <= 25; step += 1) {
    try {
      await lane.run(search, () => "nothing");
    } catch (error) {
      const stop = findCircuitOpen(error);
      if (stop !== undefined) return { read, stop };
      read.push((error as Error).message);
    }
  }
  throw new Error("guard has not stopped the run");
}

const french = {
  stopped: (trip) => `Arrêté (${trip?.reason}).`,
  refused: ({ tool }) => `${tool} est refusé.`,
} satisfies Partial<Texts>;

test("the option `texts` writes what the model reads and what the end user reads", async () => {
  const { read, stop } = await looped(createBreaker({ texts: french }));
  expect(new Set(read)).toEqual(new Set(["search est refusé."]));
  expect(stop.text).toBe("Arrêté (loop).");
});

test("the error's message stays in English: it is for developers", async () => {
  const { stop } = await looped(createBreaker({ texts: french }));
  expect(stop.message).toMatch(/^guard stopped this run \(loop\): /);
});

test("texts that the option leaves out are guard's own", async () => {
  const { read, stop } = await looped(createBreaker({ texts: { refused: french.refused } }));
  expect(read[0]).toBe("search est refusé.");
  expect(stop.text).toBe(defaultTexts.stopped(stop.report));
});

test("a breaker's texts go before those of its registry, one by one", async () => {
  const registry = createRegistry({ texts: french });
  const { read, stop } = await looped(registry.breaker({ texts: { stopped: () => "Fermo." } }));
  expect([read[0], stop.text]).toEqual(["search est refusé.", "Fermo."]);
});

test.each<[string, () => unknown]>([
  [
    "throws",
    () => {
      throw new Error("no translation");
    },
  ],
  ["returns no text", () => undefined],
  ["returns a promise", async () => "later"],
])("a text that %s is guard's own, and an event tells of the error", async (_, stopped) => {
  const breaker = createBreaker({ texts: { stopped } as Partial<Texts> });
  const errors: unknown[] = [];
  breaker.on("port-error", ({ port, error }) => errors.push([port, error]));
  const { stop } = await looped(breaker);
  expect(stop.text).toBe(defaultTexts.stopped(stop.report));
  expect(errors).toContainEqual(["texts", expect.any(Error)]);
});

test.each<[unknown, string]>([
  [{ texts: { stopped: "Arrêté." } }, 'texts.stopped: expected a function, received "Arrêté."'],
  [{ texts: { stoped: () => "" } }, "texts.stoped"],
])("guard refuses %j", (options, fault) => {
  expect(() => createBreaker(options as GuardOptions)).toThrow(fault);
});

test("an end user reads what happened and what to do, in one table", async () => {
  const { stop } = await looped(createBreaker());
  const about = (change: object) =>
    defaultTexts.stopped({ ...stop.report, finding: { ...stop.report.finding, ...change } });
  expect([
    defaultTexts.stopped(undefined),
    stop.text,
    about({ rule: "ceiling", ceiling: "modelCalls", limit: 40 }),
    about({ rule: "ceiling", ceiling: "usd", limit: 1, account: "user:42" }),
    about({ rule: "ceiling", ceiling: "modelCalls", limit: 1, account: "run" }),
    about({ rule: "ceiling", ceiling: "wallMs", limit: 90_000 }),
    about({ rule: "ceiling", ceiling: "store" }),
    about({ rule: "ceiling", ceiling: "price" }),
    about({ rule: "mutation", tool: "send_payment", count: 3 }),
    about({ rule: "poll", tool: "job_status", count: 22 }),
    about({ rule: "paging", tool: "scroll_down", count: 5 }),
    about({ rule: "delegation-depth", tool: "writer", count: 8 }),
    about({ rule: "again", count: 15 }),
    about({ rule: "failing-model", count: 5 }),
    about({ rule: "storm", count: 5 }),
    about({ rule: "manual" }),
  ]).toMatchInlineSnapshot(`
    [
      "This task was stopped earlier. Start again.",
      "This task was stopped: the agent asked for "search" again after 4 attempts that brought nothing new. Give more details, or ask for something else.",
      "This task was stopped: the budget of 40 model calls is used up. Start again, or ask for a larger budget.",
      "This task was stopped: the budget of 1 USD is used up. Try again later, or ask for a larger budget.",
      "This task was stopped: the budget of 1 model call is used up. Start again, or ask for a larger budget.",
      "This task was stopped: the time limit of 90 seconds is over. Start again, or ask for a larger budget.",
      "This task was stopped: the budget check failed. Try again later.",
      "This task was stopped: the price of this model is unknown. Ask the operator to set a price for the model.",
      "This task was stopped: the same call of "send_payment" has already succeeded, or is running. Check what is done already before you ask again.",
      "This task was stopped: "job_status" gave the same answer too many times. Try again later.",
      "This task was stopped: "scroll_down" returned the same result 5 times, so it has reached the end. Give more details, or ask for something else.",
      "This task was stopped: the agents hand work down 8 levels, to "writer". Give more details, or ask for something else.",
      "This task was stopped: the last 15 requests ended in the same way. Give more details, or ask for something else.",
      "This task was stopped: the last 5 model calls failed. Try again later.",
      "This task was stopped: "search" failed 5 times in a row. Try again later.",
      "This task was stopped: an operator stopped it. Ask the operator when you can go on.",
    ]
  `);
});

test("a model reads what happened and what to do, in one table", () => {
  const loop: Finding = {
    rule: "no-progress",
    reason: "loop",
    verdict: "block",
    count: 2,
    limit: 2,
    agent: "finder",
    tool: "search",
    signatures: [],
    cost: { calls: 2, tokens: 0, usd: 0 },
  };
  const about = (change: Partial<Finding>): Finding => ({ ...loop, ...change });
  expect([
    defaultTexts.warned(about({ verdict: "warn", count: 1, limit: 1 })),
    defaultTexts.refused(about({})),
    defaultTexts.refused(about({ rule: "mutation", tool: "send_payment", count: 3 })),
    defaultTexts.refused(about({ rule: "poll", tool: "job_status", count: 20 })),
    defaultTexts.warned(about({ rule: "collision", verdict: "warn", count: 1 })),
    defaultTexts.refused(about({ rule: "ceiling", ceiling: "usd", limit: 1 })),
  ]).toMatchInlineSnapshot(`
    [
      "Note: you asked for "search" again after 1 attempt that brought nothing new. Use what you already know, change the arguments, use another tool, or give your final answer.",
      "Refused, not executed: you asked for "search" again after 2 attempts that brought nothing new. Use what you already know, change the arguments, use another tool, or give your final answer.",
      "Refused, not executed: the same call of "send_payment" has already succeeded, or is running. Don't repeat it in another way. Go on with the rest of the task, or give your final answer.",
      "Refused, not executed: "job_status" gave the same answer too many times. Wait longer before you ask again, or go on without the answer.",
      "Note: "search" was already running with the same arguments. Wait for the result before you ask again.",
      "Refused, not executed: running calls hold the rest of the budget. Try the call again later, or go on without it.",
    ]
  `);
});
