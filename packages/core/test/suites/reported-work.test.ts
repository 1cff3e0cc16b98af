// Work that users have reported as stopped: see the kinds in the fact sheet about false positives.
import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import {
  by,
  decisionsOf,
  fails,
  gives,
  handOff,
  many,
  step,
  user,
  type Run,
} from "../support/runs.ts";

const words = "amber birch cedar delta ember fjord grove haven inlet jade kelp lotus".split(" ");

/** A task told in a template of many words. */
const template = (item: string) =>
  `Summarise the file ${item} for the release notes: what has changed, who is affected, and what has to be done ` +
  "before the upgrade. Use plain words, no more than five sentences, and no headings. Come back with the text alone.";

/** A tool looked at fifteen times before its job is done. */
const looked = (tool: string, notYet: unknown, done: unknown = "done: 3 files") => [
  ...many(15, () => step(gives(tool, { id: 7 }, notYet))),
  step(gives(tool, { id: 7 }, done)),
];

const work: readonly (readonly [happens: string, run: Run])[] = [
  [
    "the same message in each of ten turns, and the same answer",
    many(10, () => [user("Check the queue."), step(gives("get_queue", {}, "empty"))]),
  ],
  [
    "a message that guard has heard long ago",
    ["yes", "no", "yes", "no", "yes", "no"].flatMap((says) => [
      user(says),
      ...many(2, () => step(gives("read_file", { file: "plan.md" }, "the plan"))),
    ]),
  ],
  ["a build is looked at", looked("get_build", { state: "running" })],
  ["an instance is looked at", looked("describe_instance", "status: pending")],
  ["a shell's output is looked at", looked("BashOutput", "still running")],
  ["a task's output is looked at", looked("task_output", "not ready yet")],
  ["a table that is still being made", looked("query_table", "0 rows, loading")],
  [
    "a shell that sleeps before each look",
    many(10, () => step(gives("bash", { command: "sleep 30; tail -1 log" }, "step 3"))),
  ],
  [
    "looks with waits in between",
    many(10, () => [
      step(gives("wait", { seconds: 30 }, "ok")),
      step(gives("list_files", { dir: "out" }, ["a"])),
    ]),
  ],
  ["progress in numbers", many(40, (i) => step(gives("index_more", {}, `Indexed ${i} of 105`)))],
  [
    "the readings of a sensor",
    many(40, (i) => step(gives("read_level", {}, { level: 20 + (i % 7) }))),
  ],
  [
    "the tosses of a coin",
    many(40, (i) => step(gives("use_coin", {}, i % 3 === 0 ? "heads" : "tails"))),
  ],
  [
    "chunks of a table whose cursor the tool keeps",
    many(40, (i) => step(gives("fetch_rows", {}, `rows ${i}`))),
  ],
  [
    "a fresh ticket number each time",
    many(9, (i) => step(gives("take_number", {}, `number ${i}`))),
  ],
  [
    "forty names are screened, and none is on the list",
    many(40, (i) =>
      step(gives("search_sanctions", { name: `${words[i % 12]!} ${i}` }, "No matches found")),
    ),
  ],
  [
    "sold out on sixteen dates",
    many(16, (i) => step(gives("find_seats", { date: `2026-05-${10 + i}` }, []))),
  ],
  [
    "twenty items of a batch are missing",
    many(20, (i) => step(fails("fetch_item", { id: `${words[i % 12]!}${i}` }, "404 not found"))),
  ],
  [
    "thirty commands that print nothing",
    many(30, (i) => step(gives("bash", { command: `mv a${i} b${i}` }, ""))),
  ],
  [
    "twenty clicks on the same button",
    many(20, () => step(gives("click", { on: "next" }, "clicked"))),
  ],
  [
    "a page is scrolled down to its end",
    many(25, (i) => step(gives("scroll", { by: 300 }, `at ${i * 300} of 7500`))),
  ],
  [
    "five of the same are put into the cart",
    many(5, () => step(gives("add_to_cart", { item: 7 }, "added"))),
  ],
  [
    "a lamp is switched on and off",
    many(10, (i) => step(gives("toggle_lamp", {}, i % 2 === 0 ? "on" : "off"))),
  ],
  [
    "seven files are handed out in one template",
    many(7, (i) => handOff("lead", "writer", template(`${words[i]!}.ts`))),
  ],
  [
    "five experts are asked the same question",
    ["lawyer", "doctor", "builder", "baker", "banker"].map((expert) =>
      handOff("lead", expert, "Is this contract fair to both sides?"),
    ),
  ],
  [
    "three agents go round with a new task each time",
    many(10, (i) => [
      handOff("one", "two", `Draft the part about ${words[i]!}`),
      handOff("two", "three", `Check the draft about ${words[i]!}`),
      handOff("three", "one", `File the checked part about ${words[i]!}`),
    ]),
  ],
  [
    "an order is refined while the helper gets further",
    many(6, (i) => [
      handOff(
        "lead",
        "helper",
        `Find the cause of the crash in the parser, and look at ${words[i]!} too`,
      ),
      by("helper", gives("read_file", { file: words[i] }, `the text of ${words[i]!}`)),
    ]),
  ],
  [
    "a call is tried again after a repair some rounds back",
    [
      step(fails("rmdir", { dir: "x" }, "directory in use")),
      step(gives("cd", { to: ".." }, "ok")),
      step(gives("list_files", { dir: "." }, ["x"])),
      step(gives("read_file", { file: "log" }, "nothing")),
      step(gives("rmdir", { dir: "x" }, "removed")),
    ],
  ],
  [
    "the ninth query is the right one",
    [
      ...many(8, (i) =>
        step(fails("query", { sql: `select ${words[i]!}` }, `no such column: ${words[i]!}`)),
      ),
      step(gives("query", { sql: "select name" }, [{ name: "ada" }])),
    ],
  ],
  [
    "a deployment after each of six repairs",
    many(6, (i) => [
      step(gives("edit_file", { file: "app.ts", line: words[i] }, "edited")),
      step(gives("deploy", { to: "staging" }, "deployed")),
      step(gives("get_logs", { of: "staging" }, `error in ${words[i]!}`)),
    ]),
  ],
  [
    "three different downloads that guard can't look into",
    many(3, (i) =>
      step(gives("download", { url: `https://example.com/${i}` }, new Blob([words[i]!]))),
    ),
  ],
  [
    "an output is given again and again",
    many(10, () => step(gives("final_answer", { vote: "yes" }, undefined))),
  ],
];

describe("honest work that people reported as stopped by mistake goes on", () => {
  test.for(work)("%s", ([, run]) => {
    const refused = decisionsOf(createBreaker(), run).filter(
      ({ verdict }) => verdict === "block" || verdict === "open",
    );
    expect(refused).toEqual([]);
  });
});
