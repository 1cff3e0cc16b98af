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

const files = (count: number, from = 0) =>
  Array.from(
    { length: count },
    (_, index) => `src/part-${String.fromCharCode(97 + index + from)}.ts`,
  );
const content = (file: string) => `the text of ${file}`;
const read = (file: string) => gives("read_file", { file }, content(file));
const words = "amber birch cedar delta ember fjord grove haven inlet jade kelp lotus".split(" ");

const chapter = (subject: string) =>
  `Write the chapter about ${subject} for the field guide: three pages of plain text, a short summary ` +
  "at the top, one table of sizes, sources for every figure, and no pictures. Follow the house style.";

/** A 429 as a layer that retries with back-off words it. */
const tooMany = (args: unknown, attempt: number) =>
  fails(
    "fetch_rates",
    args,
    `429 too many requests (attempt ${attempt + 1}), backoff ${2 ** attempt}s`,
  );

const rateLimited = (times: number) => [
  ...many(times, (i) => step(tooMany({ day: "today" }, i))),
  step(gives("fetch_rates", { day: "today" }, { eur: 1 })),
];

/** Whole runs of agents that work, however much they repeat. */
const work: readonly (readonly [happens: string, run: Run])[] = [
  [
    "a job is polled a hundred times and its progress changes",
    many(100, (i) => step(gives("job_status", { job: 7 }, { state: "running", percent: i }))),
  ],
  [
    "a job is polled fifteen times before anything changes",
    [
      ...many(15, () => step(gives("job_status", { job: 7 }, { state: "queued" }))),
      step(gives("job_status", { job: 7 }, { state: "done" })),
    ],
  ],
  [
    "a list of forty pages is read with the same arguments",
    many(40, (i) => step(gives("next_page", {}, `rows of page ${i}`))),
  ],
  [
    "a list is read with cursors, to its end and once beyond",
    [
      ...many(40, (i) => step(gives("list_orders", { cursor: i }, `orders of page ${i}`))),
      ...many(2, () => step(gives("list_orders", { cursor: 40 }, []))),
    ],
  ],
  [
    "thirty waits while a status changes",
    many(30, (i) => [
      step(gives("wait", { seconds: 30 }, "ok")),
      step(gives("deploy_status", {}, `step ${i} of 30`)),
    ]),
  ],
  [
    "a precondition is repaired and the call made again",
    [
      step(fails("deploy", { to: "staging" }, "no credentials: log in first")),
      step(gives("login", { as: "ci" }, "ok")),
      step(fails("deploy", { to: "staging" }, "the image is missing: build it first")),
      step(gives("build", {}, "built")),
      step(gives("deploy", { to: "staging" }, "deployed")),
    ],
  ],
  [
    "the same failing call between repairs that each succeed",
    many(6, (i) => [
      step(fails("start", {}, "the server does not start")),
      step(gives("set_option", { name: words[i] }, `set ${words[i]}`)),
    ]),
  ],
  [
    "a file is read again after each writing",
    many(12, (i) => [
      step(gives("write_file", { file: "notes.md", text: words[i] }, "ok")),
      step(gives("read_file", { file: "notes.md" }, words[i])),
    ]),
  ],
  [
    "ten edits, after each the same test with the same failure",
    [
      ...many(10, (i) => [
        step(gives("edit_file", { file: "sum.ts", line: words[i] }, "edited")),
        step(fails("run_tests", {}, "1 failed: sum > adds")),
      ]),
      step(gives("edit_file", { file: "sum.ts", line: "the right one" }, "edited")),
      step(gives("run_tests", {}, "all passed")),
    ],
  ],
  [
    "ten edits, after each the same test that reports its failure as a result",
    many(10, (i) => [
      step(gives("bash", { command: `sed -i s/a/${words[i]}/ sum.ts` }, "")),
      step(gives("bash", { command: "npm test" }, "1 failed: sum > adds")),
    ]),
  ],
  ["a call fails four times with a 429 and gets through at the fifth attempt", rateLimited(4)],
  [
    "five calls fail with a 429, for a different day each, and then get through",
    [
      ...many(5, (i) => step(tooMany({ day: words[i] }, i))),
      ...many(5, (i) => step(gives("fetch_rates", { day: words[i] }, { eur: i }))),
    ],
  ],
  [
    "fifteen files are read in one answer, and once more",
    many(2, () => step(...files(15).map(read))),
  ],
  [
    "thirty different writes in one answer",
    [step(...Array.from({ length: 30 }, (_, i) => gives("write_file", { file: `f${i}` }, "ok")))],
  ],
  [
    "thirty different writes one by one, all of them ok",
    many(30, (i) => step(gives("write_file", { file: `f${i}` }, "ok"))),
  ],
  [
    "six edits in a row are rejected, the seventh is right",
    [
      ...many(6, (i) =>
        step(fails("edit_file", { find: words[i], by: "x" }, `the text to replace was not found`)),
      ),
      step(gives("read_file", { file: "sum.ts" }, "the text as it is")),
      step(gives("edit_file", { find: "the right one", by: "x" }, "edited")),
    ],
  ],
  [
    "six edits are rejected with readings between, the seventh is right",
    [
      ...many(6, (i) => [
        step(fails("edit_file", { find: words[i], by: "x" }, "the text to replace was not found")),
        step(gives("read_file", { file: "sum.ts", from: i * 10 }, `lines ${words[i]}`)),
      ]),
      step(gives("edit_file", { find: "the right one", by: "x" }, "edited")),
    ],
  ],
  [
    "new calls whose results differ by ids alone",
    many(30, (i) =>
      step(gives("create_ticket", { title: `broken ${words[i % 12]} ${i}` }, `ticket 9f86d0${i}`)),
    ),
  ],
  [
    "a membership check of seven names in one answer finds none of them",
    many(2, (i) =>
      step(...words.slice(i, i + 7).map((name) => gives("find_member", { name }, "[]"))),
    ),
  ],
  [
    "a membership check of seven names one by one finds none of them",
    many(7, (i) => step(gives("find_member", { name: words[i] }, "[]"))),
  ],
  [
    "two agents hand work to and fro thirty times, each time other work",
    many(15, (i) => [
      handOff("writer", "critic", `Check paragraph ${words[i % 12]}, version ${i}`),
      handOff(
        "critic",
        "writer",
        `Shorten the ${words[(i + 5) % 12]} of version ${i}, it is too long`,
      ),
    ]),
  ],
  [
    "a manager hands the next item of a list to the same worker twelve times",
    many(12, (i) => handOff("manager", "writer", chapter(words[i]!))),
  ],
  [
    "the items of the list have two words",
    many(12, (i) =>
      handOff("manager", "writer", chapter(`${words[i]!} ${words[(i * 5 + 1) % 12]!}`)),
    ),
  ],
  [
    "the worker comes back with the same word each time",
    many(12, (i) => [
      handOff("manager", "writer", chapter(words[i]!)),
      by("writer", gives("write_file", { file: words[i] }, "ok")),
      handOff("writer", "manager", "The chapter is done."),
    ]),
  ],
  [
    "three workers say the same when they come back",
    ["reader", "writer", "critic", "checker", "printer"].flatMap((worker, i) => [
      handOff("manager", worker, `${words[i]} ${words[i + 5]}`),
      handOff(worker, "manager", "Transferring back to the manager"),
    ]),
  ],
  [
    "the same question in three turns of the user",
    ["What is the weather?", "And now?", "Has it changed?"].flatMap((question) => [
      user(question),
      ...many(2, () => step(gives("get_weather", { city: "Oslo" }, "rain"))),
    ]),
  ],
  [
    "the same mail is asked for in three turns of the user",
    ["Mail it to Ada.", "Once more please.", "And again."].flatMap((wish) => [
      user(wish),
      step(gives("send_mail", { to: "ada" }, "sent")),
    ]),
  ],
  [
    "sub-agents read what a colleague has read",
    ["assistant", "reviewer", "tester", "writer"].flatMap((agent) =>
      files(8).map((file) => by(agent, read(file))),
    ),
  ],
  [
    "a calendar is looked through day by day, and nothing is free",
    many(20, (i) => {
      const start = 1_803_859_200 + i * 86_400;
      return step(gives("find_slots", { with: "ada", start, end: start + 86_400 }, []));
    }),
  ],
  [
    "a room is looked up hour by hour, and is taken",
    many(20, (i) => {
      const from = 800 + i * 100;
      return step(gives("check_room", { room: 5, from, to: from + 100 }, "taken"));
    }),
  ],
  [
    "the same file is looked at once more between long stretches of work",
    many(5, (i) => [
      step(gives("read_file", { file: "plan.md" }, "the plan")),
      ...files(6, i * 4).map((file) => step(read(`${i}/${file}`))),
    ]),
  ],
];

const refusedIn = (run: Run) =>
  decisionsOf(createBreaker(), run).filter(
    ({ verdict }) => verdict === "block" || verdict === "open",
  );

describe("work is never refused", () => {
  test.for(work)("%s", ([, run]) => {
    expect(refusedIn(run)).toEqual([]);
  });

  // `error` waits for the sixth failure; to `no-progress` five failures that differ by numbers are two
  // rounds without news, and the sixth call asks for what is known
  test("a call fails five times with a 429 and gets through at the sixth attempt", () => {
    expect(refusedIn(rateLimited(5))).toEqual([]);
  });

  test("one agent works while another loops: untouched until the run is stopped", () => {
    const run = many(10, (i) => [
      by("looping", gives("read_file", { file: "a" }, "same")),
      by("working", gives("read_file", { file: `b${i}` }, `text ${i}`)),
    ]);
    const told = decisionsOf(createBreaker(), run);
    const trip = told.findIndex(({ verdict }) => verdict === "open");
    expect(trip).toBeGreaterThan(0);
    const working = told.slice(0, trip).filter(({ agent }) => agent === "working");
    expect(working.map(({ verdict }) => verdict)).toEqual(working.map(() => "allow"));
  });
});
