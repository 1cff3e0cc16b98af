// Progress that only numbers show, and numbers that change without progress.
import {
  again,
  call,
  clock,
  hex,
  letters,
  paced,
  shell,
  suite,
  times,
  turnOf,
  uuid,
} from "./suite.ts";

const left = (batch: number) => 12_500 - 500 * (batch + 1);

export const progress = suite(
  "progress in numbers",
  {
    "parts of an upload": paced(
      5000,
      times(40, (i) => call("get_upload", { id: "u1" }, `Uploaded ${i + 1}/40 parts`)),
    ),
    "epochs of a training": times(30, (i) =>
      call("train_epoch", { lr: 0.01 }, { loss: 0.91 - i * 0.017 }),
    ),
    "a joint that turns": times(24, (i) =>
      call("rotate_joint", { joint: 2, by: 0.5 }, `joint 2 at ${10 + i * 0.5}°`),
    ),
    "rows behind a cursor": times(20, (i) =>
      call(
        "fetch_rows",
        { table: "orders" },
        times(5, (j) => 100 * i + j),
      ),
    ),
    "a ticket for each customer": times(15, (i) =>
      call("draw_ticket", {}, `A-${String(17 + i).padStart(3, "0")}`),
    ),
    "a counter": times(15, (i) => call("increment", { key: "visits" }, { count: i + 1 })),
    "batches of a migration": times(25, (i) =>
      call("migrate_batch", { size: 500 }, `migrated 500 rows, ${left(i)} left`),
    ),
    "a bar that fills": paced(
      2000,
      times(50, (i) => call("download_progress", { id: 4 }, `${"█".repeat(i / 5)} ${2 * i} %`)),
    ),
    "a crawl": times(40, (i) =>
      call("crawl_next", {}, { url: `https://shop.example/item/${1000 + 7 * i}`, status: 200 }),
    ),
    "fewer failing tests after each edit": times(12, (i) => [
      call("edit_file", { path: "calc.py", old: `bug ${i}`, new: `fix ${i}` }, "edited"),
      shell("pytest -q", `${12 - i} failed, ${88 + i} passed in ${3 + (i % 3)}.${i}s`),
    ]),
    "days of a simulation": times(30, (i) =>
      call(
        "simulate_day",
        { policy: "lean" },
        `Day ${i + 1}: stock ${400 - 9 * i}, cash ${1000 + 31 * i}`,
      ),
    ),
    "an inbox that is worked off": times(16, (i) => [
      call("count_unread", {}, { unread: 16 - i }),
      call("archive_mail", { id: `m${i}` }, "ok"),
    ]),
    "a fuzzer": times(20, (i) =>
      call("fuzz", { seconds: 30 }, `execs ${10_000 * (i + 1)}, edges ${331 + (i % 4) + i}`),
    ),
    "Fortschritt in Prozent": paced(
      4000,
      times(25, (i) => call("stand", { vorgang: "Umzug" }, `Fortschritt: ${4 * (i + 1)} %`)),
    ),
    "a thermostat that heats": paced(
      1000,
      times(30, (i) => call("read_register", { address: 40_001 }, 180 + i)),
    ),
    "two machines in one answer": times(15, (i) =>
      ["left", "right"].map((side) =>
        call("advance_belt", { side }, { position: 12 * (i + 1) }, { round: i }),
      ),
    ),
  },
  {
    "an upload that stands still": [
      60,
      paced(
        2000,
        times(200, (i) =>
          call("get_upload", { id: "u1" }, `Uploaded 3/40 parts, elapsed ${2 * i} s`),
        ),
      ),
    ],
    "the same loss in every epoch": [
      14,
      times(40, (i) =>
        call("train_epoch", { lr: 0 }, `loss 0.6931 (took ${(1.3 + (i % 7) / 10).toFixed(1)} s)`),
      ),
    ],
    "a joint at its stop": [
      40,
      again(100, call("rotate_joint", { joint: 2, by: 0.5 }, "joint 2 at its limit (90°)")),
    ],
    "batches that move no rows": [
      12,
      again(60, call("migrate_batch", { size: 500 }, "migrated 0 rows, 12500 left")),
    ],
    "a fresh trace id in letters": [
      24,
      times(60, (i) =>
        call("lookup_customer", { id: 9 }, { name: "Roth", trace: `tr_${letters(i)}` }),
      ),
    ],
    "a fresh UUID": [
      12,
      times(60, (i) => call("lookup_customer", { id: 9 }, { name: "Roth", requestId: uuid(i) })),
    ],
    "a fresh epoch": [
      12,
      times(60, (i) => call("read_door", {}, { door: "closed", ts: 1_803_800_000_000 + 913 * i })),
    ],
    "a fresh clock": [
      12,
      times(60, (i) =>
        call(
          "fetch_page",
          { url: "https://news.example" },
          `Updated ${clock(i)}. No new articles.`,
        ),
      ),
    ],
    "a fresh cache key": [
      12,
      times(60, (i) => call("compile", { target: "lib" }, `up to date (cache ${hex(i)})`)),
    ],
    "the same line inserted while the file grows": [
      14,
      times(40, (i) =>
        call(
          "insert_line",
          { path: "a.py", line: 1, text: "import os" },
          `${"import os\n".repeat(i + 1)}print(os.name)`,
        ),
      ),
    ],
    "the same line appended": [
      14,
      times(40, (i) =>
        call("append_file", { path: "log.md", text: "- done" }, `log.md now has ${31 + i} lines`),
      ),
    ],
    "tests without an edit": [
      10,
      times(30, (i) =>
        shell("pytest -q", `2 failed, 98 passed in ${turnOf([3.21, 3.4, 3.19], i)}s`),
      ),
    ],
    "a crawl at its end": [14, again(40, call("crawl_next", {}, "The queue is empty."))],
    "a count that never changes": [10, again(40, call("count_unread", {}, { unread: 16 }))],
    "a status page with its response time": [
      12,
      times(60, (i) =>
        call(
          "open_page",
          { url: "https://status.example" },
          `All systems degraded. Rendered in ${40 + ((i * 7) % 31)} ms`,
        ),
      ),
    ],
  },
);
