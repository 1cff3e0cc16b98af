import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { by, decisionsOf, fails, gives, handOff, many, step, type Run } from "../support/runs.ts";

const words = "amber birch cedar delta ember fjord grove haven inlet jade kelp lotus".split(" ");
const read = (file: unknown) => gives("read_file", { file }, `the text of ${String(file)}`);

const cycle = (period: number): Loop => [
  `${period} calls in turn`,
  many(60, (i) => step(read(words[i % period]))),
  period + 3,
  period + 5,
];

type Loop = readonly [
  happens: string,
  run: Run,
  /** The call by which something has been refused, and the one by which the run has been stopped. */
  blockedBy: number,
  openedBy: number | undefined,
];

/** A task is given out, worked on, and its result brought back. */
const rejected = (i: number, draft = words[i]!) => [
  handOff("manager", "writer", "Write a poem about the sea in four lines"),
  by("writer", gives("write_poem", { about: draft }, `poem ${draft}`)),
  handOff("writer", "manager", `Here it is: ${words[i]!} and ${words[(i + 1) % 12]!}`),
];

const passages = "a passage about trains, word for word. ".repeat(10);
const payments = many(10, (i) => step(gives("pay_invoice", { n: 1 }, `paid as p-${words[i]!}`)));

const five = [0, 1, 2, 3, 4, 2, 0, 4, 1, 3, 3, 1, 0, 2, 4, 1, 4, 0, 3, 2];

/** Whole runs of agents that get nowhere, and heed no refusal. */
const loops: readonly Loop[] = [
  ["one call again and again", many(20, () => step(read("a"))), 4, 6],
  ...[2, 3, 4, 5, 6, 7, 8].map(cycle),
  ["five known calls, shuffled", many(20, (i) => step(read(words[five[i]!]))), 8, 10],
  [
    "an answer of three calls again and again",
    many(10, () => step(read("a"), read("b"), read("c"))),
    12,
    18,
  ],
  [
    "a result with an id and a time of its own each time",
    many(20, (i) =>
      step(gives("run", { what: "x" }, `request 7c9e66${i} took ${i * 3}ms: nothing to do`)),
    ),
    6,
    8,
  ],
  [
    "the same failing call",
    many(20, () => step(fails("run", { what: "x" }, "no such file"))),
    4,
    6,
  ],
  [
    "the same error with ever other arguments",
    many(20, (i) =>
      step(fails("run", { what: `${words[i % 12]!} ${i}` }, `line ${i}: permission denied`)),
    ),
    13,
    15,
  ],
  [
    "ever other errors of the same tool",
    many(20, (i) => step(fails("run", { what: i }, `cannot open ${words[i % 12]!}`))),
    17,
    19,
  ],
  [
    "a tool that does not exist, with ever other arguments",
    many(20, (i) => step(fails("magic", { spell: words[i % 12], i }, "unknown tool: magic"))),
    13,
    15,
  ],
  [
    "an edit made and taken back",
    many(15, () => [
      step(gives("edit_file", { find: "a", by: "b" }, "edited")),
      step(gives("edit_file", { find: "b", by: "a" }, "edited")),
    ]),
    5,
    7,
  ],
  [
    "an edit made and taken back, with the same test after each",
    many(15, (i) => [
      step(
        gives("edit_file", i % 2 === 0 ? { find: "a", by: "b" } : { find: "b", by: "a" }, "edited"),
      ),
      step(fails("run_tests", {}, i % 2 === 0 ? "sum is wrong" : "product is wrong")),
    ]),
    8,
    10,
  ],
  [
    "a file created and deleted again and again",
    many(15, () => [
      step(gives("create_file", { name: "a" }, "created")),
      step(gives("delete_file", { name: "a" }, "deleted")),
    ]),
    7,
    9,
  ],
  [
    "the same failing search between ever new readings",
    many(30, (i) => [
      step(fails("search", { query: "x" }, "no index")),
      step(gives("read_file", { file: "big", from: i }, `lines at ${i}`)),
    ]),
    13,
    undefined,
  ],
  [
    "polling for ever",
    many(60, () => step(gives("job_status", { job: 7 }, { state: "queued" }))),
    21,
    31,
  ],
  ["waiting for ever", many(60, () => step(gives("wait", { seconds: 60 }, "ok"))), 21, 31],
  [
    "waiting and polling for ever",
    many(60, () => [
      step(gives("wait", { seconds: 60 }, "ok")),
      step(gives("job_status", { job: 7 }, { state: "queued" })),
    ]),
    42,
    62,
  ],
  [
    "the last page for ever",
    many(20, (i) => step(gives("next_page", {}, i === 0 ? "the first rows" : "the last rows"))),
    5,
    7,
  ],
  ["the only page for ever", many(40, () => step(gives("next_page", {}, "the only rows"))), 31, 33],
  [
    "a click that only says so",
    many(40, () => step(gives("click", { on: "x" }, "clicked"))),
    31,
    33,
  ],
  [
    "the same message with a fresh id each time",
    many(20, (i) =>
      step(gives("send_message", { to: "ada", text: "hi" }, `sent as m-${words[i % 12]!}${i}`)),
    ),
    4,
    6,
  ],
  [
    "the same message with other things done between",
    many(20, (i) => [
      step(gives("send_message", { to: "ada", text: "hi" }, `sent as m-${i}`)),
      step(gives("read_file", { file: i }, `text ${i}`)),
    ]),
    7,
    undefined,
  ],
  [
    "two agents hand the same task to and fro",
    many(10, () => [
      handOff("front", "back", "Fix the login page"),
      handOff("back", "front", "Please fix the login page"),
    ]),
    4,
    8,
  ],
  [
    "three agents hand the same task round",
    many(10, () => [
      handOff("one", "two", "Fix the login page"),
      handOff("two", "three", "Fix the login page"),
      handOff("three", "one", "Fix the login page"),
    ]),
    5,
    14,
  ],
  [
    "a manager rejects the result and gives the same task out again",
    [...many(2, rejected), ...many(5, () => rejected(0)[0]!)],
    9,
    11,
  ],
  [
    "empty answers to one question in ever other words",
    many(30, (i) =>
      step(
        gives("search", { query: `cheap direct night trains oslo rome may two adults ${i}` }, "[]"),
      ),
    ),
    13,
    15,
  ],
  ["empty pages", many(30, (page) => step(gives("search", { query: "trains", page }, []))), 13, 15],
  [
    "the very same passages to ever other wordings",
    many(30, (i) => step(gives("search", { query: `trains to rome ${words[i % 12]!}` }, passages))),
    13,
    15,
  ],
  [
    "a nonce in the arguments",
    many(20, (i) => step(gives("search", { query: "x", nonce: `n${i}` }, ["one", "two"]))),
    4,
    6,
  ],
  [
    "an id in letters in each result",
    many(20, (i) =>
      step(gives("search", { query: "x" }, `req_${words[i % 12]!}${i}QzT4kLm: none`)),
    ),
    6,
    8,
  ],
  [
    "the same edit while the file grows",
    many(20, (i) => step(gives("edit_file", { find: "a", by: "aa" }, `edited, now ${i} lines`))),
    9,
    11,
  ],
  [
    "ever new thoughts between the same searches",
    many(20, (i) => [
      step(gives("think", { thought: words[i % 12]! + i }, "ok")),
      step(gives("search", { query: "x" }, ["one"])),
    ]),
    8,
    12,
  ],
  [
    "a failure told as a success",
    many(20, (i) => step(gives("run", { what: i }, { isError: true, content: "out of order" }))),
    13,
    15,
  ],
  ["the same payment, each time with an id of its own", payments, 2, 4],
  [
    "a worker that brings the same each time it is given the task",
    many(10, () => rejected(0)),
    10,
    16,
  ],
];

const firstOf = (told: ReturnType<typeof decisionsOf>, ...verdicts: readonly string[]) =>
  told.find(({ verdict }) => verdicts.includes(verdict))?.call ?? Number.POSITIVE_INFINITY;

describe("loops are stopped", () => {
  test.for(loops)("%s", ([, run, blockedBy, openedBy]) => {
    const told = decisionsOf(createBreaker(), run);
    expect(firstOf(told, "block", "open")).toBeLessThanOrEqual(blockedBy);
    if (openedBy !== undefined) expect(firstOf(told, "open")).toBeLessThanOrEqual(openedBy);
  });
});

/** What the defaults can't tell from work: `identity` in the tool's options is for these. */
const missed: readonly (readonly [happens: string, run: Run])[] = [
  [
    "the same search that succeeds, between ever new readings: a queue looks like that",
    many(30, (i) => [
      step(gives("search", { query: "x" }, ["one", "two"])),
      step(gives("read_file", { file: "big", from: i }, `lines at ${i}`)),
    ]),
  ],
  [
    "a field in the arguments that is other each time",
    many(40, (i) => step(gives("search", { query: "x", seed: `n${i}` }, ["one", "two"]))),
  ],
  [
    "a manager that is never content with ever new drafts",
    many(20, (i) => rejected(i % 12, words[i % 12]! + i)),
  ],
  [
    "a time in the arguments and in the result",
    many(40, (i) => step(gives("run", { what: "x", at: i }, `nothing to do at ${i}`))),
  ],
];

describe("documented misses, not seen by the defaults", () => {
  test.for(missed)("%s", ([, run]) => {
    const told = decisionsOf(createBreaker(), run);
    expect(firstOf(told, "block", "open")).toBe(Number.POSITIVE_INFINITY);
  });
});
