// Agents that think, plan and work, and agents that think instead of working.
import {
  again,
  call,
  fails,
  letters,
  shell,
  suite,
  times,
  together,
  turnOf,
  user,
} from "./suite.ts";

const search = (index: number) =>
  call("web_search", { q: `history of ${letters(index, 6)}` }, `Article ${letters(index, 30)}`);
const sameSearch = call("web_search", { q: "mayor of Ghent" }, "No answer box.");
const plan = (done: number) =>
  times(6, (i) => ({ task: `part ${i + 1}`, status: i < done ? "completed" : "pending" }));

export const notes = suite(
  "notes",
  {
    "one thought, ever new searches": times(25, (i) => [
      call("think", { thought: "Not it yet. I look further." }, "ok"),
      search(i),
    ]),
    "a list that is ticked off": times(6, (i) => [
      call("TodoWrite", { todos: plan(i) }, "Todos have been modified successfully."),
      shell(`make part-${i + 1}`, `part ${i + 1} built`),
    ]),
    "the same plan between new work": times(15, (i) => [
      call("update_plan", { plan: "read all chapters" }, "Plan updated"),
      call("read_file", { path: `ch${i}.md` }, letters(i, 50)),
    ]),
    "an outline read before each chapter": times(12, (i) => [
      call("read_file", { path: "outline.md" }, "1. Sea 2. Land"),
      call("read_file", { path: `notes/${i}.md` }, letters(i, 50)),
    ]),
    "twenty facts to remember": times(20, (i) => [
      call("read_page", { n: i }, letters(i, 50)),
      call("save_memory", { fact: letters(i, 20) }, "saved"),
    ]),
    "twelve thoughts in a row": times(12, (i) =>
      call(
        "sequentialthinking",
        { thought: letters(i, 60), thoughtNumber: i + 1, totalThoughts: 12 },
        { thoughtNumber: i + 1, nextThoughtNeeded: i < 11 },
      ),
    ),
    "a scratchpad": times(15, (i) => [
      call("calculate", { expression: `${i} * 17` }, 17 * i),
      call("append_scratchpad", { text: `${i}: ${17 * i}` }, "ok"),
    ]),
    "nothing new, noted": times(14, (i) => [
      call("check_name", { name: letters(i, 6) }, "clear"),
      call("add_note", { text: "nothing found" }, "noted"),
    ]),
    "a plan that follows what was found": times(8, (i) => [
      search(i),
      call("write_plan", { steps: [`look at ${letters(i, 6)}`] }, "ok"),
    ]),
    "Gedanken vor jedem Schritt": times(12, (i) => [
      call("nachdenken", { gedanke: "Weiter mit dem nächsten." }, "ok"),
      call("lies_akte", { nr: i }, letters(i, 40)),
    ]),
    "a list between edits": times(10, (i) => [
      call("edit_file", { path: `src/${i}.ts`, old: "var", new: "let" }, "edited"),
      call("write_todos", { todos: [`file ${i + 1}`] }, "Updated."),
    ]),
    "a thought with each call": times(12, (i) =>
      together(i, [call("think", { thought: "Next." }, ""), search(i)]),
    ),
    "a log of a repair": [
      user("Get the tests green."),
      ...times(6, (i) => [
        call("edit_file", { path: "a.ts", old: letters(i, 5), new: letters(i + 1, 5) }, "edited"),
        shell("npm test", `${6 - i} failed`),
        call("add_note", { text: `try ${i + 1}` }, "noted"),
      ]),
    ],
  },
  {
    "new thoughts, one search": [
      14,
      times(50, (i) => [call("think", { thought: letters(i, 40) }, "ok"), sameSearch]),
    ],
    "new thoughts, told back, one search": [
      14,
      times(50, (i) => [
        call("think", { thought: letters(i, 40) }, `Thought noted: ${letters(i, 40)}`),
        sameSearch,
      ]),
    ],
    "a list in new words, one search": [
      14,
      times(50, (i) => [
        call("write_todos", { todos: [letters(i, 20)] }, `Updated todo list to ${letters(i, 20)}`),
        sameSearch,
      ]),
    ],
    "the same list": [
      16,
      again(60, call("TodoWrite", { todos: plan(2) }, "Todos have been modified successfully.")),
    ],
    "the same thought": [16, again(60, call("think", { thought: "I need to be careful." }, "ok"))],
    "new memories, one page": [
      14,
      times(50, (i) => [
        call("save_memory", { fact: letters(i, 20) }, "saved"),
        call("read_page", { n: 1 }, "Imprint"),
      ]),
    ],
    "numbered thoughts, one failing call": [
      24,
      times(40, (i) => [
        call(
          "sequentialthinking",
          { thought: letters(i, 40), thoughtNumber: i + 1 },
          { thoughtNumber: i + 1 },
        ),
        fails("open_url", { url: "https://a.example" }, "net::ERR_NAME_NOT_RESOLVED"),
      ]),
    ],
    "two plans in turn": [
      24,
      times(60, (i) =>
        call("update_plan", { plan: turnOf(["read first", "write first"], i) }, "Plan updated"),
      ),
    ],
    "notes between two searches": [
      24,
      times(60, (i) => [
        call("add_note", { text: letters(i, 20) }, "noted"),
        call("web_search", { q: turnOf(["a", "b"], i) }, "nothing"),
      ]),
    ],
    "a thought beside the same search": [
      14,
      times(40, (i) => together(i, [call("think", { thought: letters(i, 20) }, "ok"), sameSearch])),
    ],
    "a list and an edit that fails": [
      24,
      times(40, (i) => [
        call(
          "TodoWrite",
          { todos: [{ task: letters(i, 12), status: "in_progress" }] },
          "Todos have been modified successfully.",
        ),
        fails(
          "edit_file",
          { path: "a.ts", old: "foo", new: "bar" },
          "String to replace was not found",
        ),
      ]),
    ],
  },
);
