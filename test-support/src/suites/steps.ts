// Tools that answer "done" or nothing: steps that move something, and buttons that do nothing.
import { again, call, letters, shell, suite, times, turnOf } from "./suite.ts";

const picture = `data:image/png;base64,${letters(1, 400)}`;

export const steps = suite(
  "acknowledging and silent tools",
  {
    "a date picker, month by month": [
      ...again(20, call("browser_click", { element: "Next month", ref: "e12" }, "ok")),
      call("browser_click", { element: "14", ref: "e40" }, "ok"),
    ],
    "the tab key": again(25, call("press_key", { key: "Tab" }, { success: true })),
    "a long page": again(18, call("scroll", { dy: 600 }, null)),
    "a lamp that blinks": times(16, (i) =>
      call("set_lamp", { lamp: "porch", on: i % 2 === 0 }, "done"),
    ),
    "cells of a sheet": times(60, (i) => call("set_cell", { cell: `B${i + 2}`, value: i * i }, "")),
    louder: again(12, call("volume_up", {}, "ok")),
    "a drawing": times(40, (i) => call("drag_mouse", { x: 10 * i, y: (i * 37) % 200 }, "moved")),
    "a form, field by field": times(15, (i) => [
      call("type_text", { text: letters(i, 8) }, "typed"),
      call("press", { key: "Enter" }, "pressed"),
    ]),
    "a maze": [
      ...again(12, call("move", { direction: "up" }, "moved")),
      ...again(9, call("move", { direction: "right" }, "moved")),
    ],
    "six of one article": again(6, call("add_item", { sku: "MUG" }, { ok: true })),
    "a robot that walks": again(20, call("step_forward", {}, "ok")),
    "nine steps back": again(9, call("undo", {}, "undone")),
    "rows of a table": times(80, (i) => call("update_row", { id: i + 1, vat: 19 }, { updated: 1 })),
    closer: again(8, call("zoom_in", {}, true)),
    "thirty files": times(30, (i) =>
      call("write_file", { path: `out/${i}.md`, text: letters(i, 60) }, ""),
    ),
    "a silent shell": times(12, (i) => [
      shell(`mkdir -p site/${letters(i, 4)}`),
      shell(`cp base.html site/${letters(i, 4)}/`),
    ]),
    "pictures of a phone": again(15, call("swipe_left", {}, "OK")),
    "up, look, up": times(6, (i) => [shell("cd .."), shell("ls", `folder ${letters(i, 4)}`)]),
    "mail by mail": times(16, (i) => [
      call("get_next_mail", {}, `mail ${letters(i, 20)}`),
      call("archive_current", {}, "ok"),
    ]),
    "jobs of a queue": times(16, (i) => [
      call("pop_job", {}, { id: letters(i, 8) }),
      call("ack", {}, "ok"),
    ]),
    "in and out again for each record": times(9, (i) => [
      call("login", { user: "desk" }, "ok"),
      call("get_record", { id: i }, letters(i, 20)),
      call("logout", {}, "ok"),
    ]),
    "a page of a form at a time": times(9, () => [
      call("fill", { field: "remarks", value: "none" }, "filled"),
      call("click", { name: "Continue" }, "clicked"),
    ]),
    "chapters of a video": times(10, (i) => [
      call("click", { name: "Skip" }, { clicked: true }),
      call("screenshot", {}, { image: letters(i, 90) }),
    ]),
  },
  {
    "a dead button": [40, again(80, call("browser_click", { element: "Submit", ref: "e7" }, "ok"))],
    "the tab key for ever": [40, again(200, call("press_key", { key: "Tab" }, { success: true }))],
    "the end of the page": [40, again(200, call("scroll", { dy: 600 }, null))],
    "the end of the page, told": [
      35,
      again(100, call("scroll_down", {}, "Already at the bottom of the page.")),
    ],
    "a switch for ever": [40, again(200, call("toggle_switch", { id: "hall" }, "toggled"))],
    "the same cell": [14, again(60, call("set_cell", { cell: "A1", value: 1 }, ""))],
    "the same file": [12, again(60, call("write_file", { path: "out.md", text: "# Report" }, ""))],
    "a button that shows the same page": [
      14,
      again(
        60,
        call("click", { name: "Pay" }, "Page: Checkout. Your card was declined. [Pay] [Cancel]"),
      ),
    ],
    "save, save, save": [14, again(60, call("save", {}, "saved"))],
    "a comment sent as a command": [14, again(60, shell("# Now I will fix the bug"))],
    "a button and the same picture": [
      24,
      times(60, (i) =>
        i % 2 === 0
          ? call("click", { name: "Next" }, "clicked")
          : call("screenshot", {}, { image: picture }),
      ),
    ],
    "two dead buttons in turn": [
      80,
      times(200, (i) => call("tap", { name: turnOf(["OK", "Cancel"], i) }, "tapped")),
    ],
    "the same keys at the prompt": [40, again(100, call("send_keys", { keys: "q" }, "$ "))],
    "a command that prints nothing": [14, again(60, shell("git stash drop -q || true"))],
  },
);
