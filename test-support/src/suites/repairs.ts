// Agents that repair something after a failure and call again, and agents that call again and repair nothing.
import {
  again,
  by,
  call,
  fails,
  letters,
  hex,
  shell,
  shellFails,
  suite,
  times,
  turnOf,
  uuid,
} from "./suite.ts";

const edit = (index: number, path = "src/parse.ts") =>
  call(
    "edit_file",
    { path, old: letters(index, 8), new: letters(index + 1, 8) },
    "The file has been edited.",
  );
const red = "1 failed: parses a nested list\nExpected 3, received 2";

export const repairs = suite(
  "repairs",
  {
    "a missing header": [
      shellFails("pip install lxml", "fatal error: libxml/xmlversion.h: No such file"),
      shell("apt-get install -y libxml2-dev", "Setting up libxml2-dev"),
      shell("pip install lxml", "Successfully installed lxml-5.3"),
    ],
    "a login that runs out": times(6, (i) => [
      ...times(3, (j) => call("get_account", { id: 3 * i + j }, { balance: 10 * i + j })),
      fails("get_account", { id: 3 * i + 3 }, "401 token expired"),
      call("login", {}, { token: letters(i, 20) }),
    ]),
    "ten queries until one is right": [
      ...times(10, (i) =>
        fails(
          "run_sql",
          { query: `SELECT ${letters(i, 5)} FROM cars` },
          `no such column: ${letters(i, 5)}`,
        ),
      ),
      call("run_sql", { query: "SELECT maker FROM cars" }, "Saab"),
    ],
    "five fixes that don't fix it yet": [
      ...times(5, (i) => [edit(i), shellFails("npm test", red)]),
      edit(9),
      shell("npm test", "all passed"),
    ],
    "ten errors of a compiler": times(10, (i) => [
      shellFails("tsc -p .", `src/a.ts(${3 * i},${i}): error TS${2300 + 7 * i}`),
      edit(i, "src/a.ts"),
    ]),
    "a lock that was left": times(3, (i) => [
      shellFails(
        `git commit -qm "part ${i}"`,
        "fatal: Unable to create '.git/index.lock': File exists.",
      ),
      shell("rm .git/index.lock"),
      shell(`git commit -qm "part ${i}"`),
      shell(`touch part-${i}`),
    ]),
    "a rate limit that is waited for": [
      ...[5, 10, 20, 40].flatMap((seconds) => [
        fails("geocode", { place: "Oslo" }, "429 Too Many Requests"),
        call("wait", { seconds }, "waited", { ms: 1000 * seconds }),
      ]),
      call("geocode", { place: "Oslo" }, [59.9, 10.7]),
    ],
    "names that were guessed": times(8, (i) => [
      fails("read_file", { path: `docs/${letters(i, 5)}.txt` }, "ENOENT: no such file"),
      call("list_dir", { path: `docs/${i}` }, [`${letters(i, 5)}.md`]),
      call("read_file", { path: `docs/${letters(i, 5)}.md` }, letters(i, 40)),
    ]),
    "a file that becomes valid": times(9, (i) => [
      fails("validate", { path: "api.yaml" }, `line ${90 - 9 * i}: unknown key`),
      edit(i, "api.yaml"),
    ]),
    "a port in use": [
      shellFails("npm start", "EADDRINUSE :::3000"),
      shell("lsof -t -i :3000", "4242"),
      shell("ps -p 4242", "node old.js"),
      shell("kill 4242"),
      shell("npm start", "listening on 3000"),
    ],
    "a test that is flaky": [
      shellFails("npm run e2e", "timeout in login.spec"),
      shell("npm run e2e", "31 passed"),
    ],
    "nine selectors": [
      ...times(9, (i) =>
        fails(
          "browser_click",
          { selector: `#${letters(i, 5)}` },
          "No element matches the selector",
        ),
      ),
      call("browser_click", { selector: "#accept" }, "clicked"),
    ],
    "migrations up and down": times(5, (i) => [
      shellFails("db migrate up", `column ${letters(i, 5)} already exists`),
      shell("db migrate down", "rolled back"),
      edit(i, "migrations/7.sql"),
    ]),
    "doors without rights, then one with": [
      ...times(8, (i) =>
        fails("open_folder", { path: `/srv/${letters(i, 4)}` }, "Permission denied"),
      ),
      call("open_folder", { path: "/srv/public" }, ["readme"]),
    ],
    "a proxy that had to be set": [
      shellFails("curl -sS https://pypi.example", "Could not resolve host"),
      shell("cat /etc/environment", "PROXY=10.0.0.1"),
      shell("env", "HOME=/root"),
      shell("export https_proxy=10.0.0.1"),
      shell("curl -sS https://pypi.example", "<html>"),
    ],
    "conflicts file by file": times(6, (i) => [
      shellFails("git rebase --continue", `CONFLICT in ${letters(i, 5)}.c`),
      edit(i, `${letters(i, 5)}.c`),
      shell(`git add ${letters(i, 5)}.c`),
    ]),
    "by two agents": times(6, (i) => [
      ...by("coder", [edit(i)]),
      ...by("tester", [shellFails("npm test", `${6 - i} failed`)]),
    ]),
  },
  {
    "the same failing call": [
      8,
      again(30, shellFails("make", "make: *** No rule to make target 'all'.")),
    ],
    "ever other arguments, the same error": [
      20,
      times(60, (i) =>
        fails(
          "create_event",
          { title: letters(i, 6), at: i },
          "Missing required field: calendar_id",
        ),
      ),
    ],
    "a failing call and the same look": [
      12,
      times(30, () => [
        shellFails("make", "No rule to make target 'all'"),
        shell("ls", "README.md src"),
      ]),
    ],
    "flip and flop": [
      24,
      times(25, (i) => [
        call(
          "edit_file",
          { path: "a.ts", old: turnOf(["x + 1", "x - 1"], i), new: turnOf(["x - 1", "x + 1"], i) },
          "The file has been edited.",
        ),
        shellFails("npm test", red),
      ]),
    ],
    "a fresh id in each error": [
      12,
      times(40, (i) => fails("submit_order", { cart: 5 }, `Internal error, reference ${uuid(i)}`)),
    ],
    "a fresh hash in each error": [
      12,
      times(40, (i) => fails("upload", { path: "a.bin" }, `ETag mismatch: ${hex(i)}`)),
    ],
    "a number in each error": [
      12,
      times(40, (i) =>
        shellFails("cd build", `bash: line ${300 + i}: cd: build: No such file or directory`),
      ),
    ],
    "two failing tools in turn": [
      20,
      times(60, (i) =>
        i % 2 === 0
          ? fails("read_mail", { id: 1 }, "mailbox is locked")
          : fails("read_calendar", { id: 1 }, "calendar is locked"),
      ),
    ],
    "a repair that changes nothing": [
      14,
      times(30, () => [
        shellFails("pip install lxml", "fatal error: libxml/xmlversion.h: No such file"),
        shell("apt-get install -y libxml2-dev", "libxml2-dev is already the newest version."),
      ]),
    ],
    "a rate limit that is not waited for": [
      16,
      times(60, (i) =>
        fails("geocode", { place: "Oslo" }, "429 Too Many Requests", { t: 1000 * i }),
      ),
    ],
    "ever other errors of one tool": [
      26,
      times(60, (i) =>
        fails(
          "run_js",
          { code: letters(i, 20) },
          `${turnOf(["TypeError", "SyntaxError", "RangeError", "ReferenceError"], i)}: ${letters(i, 10)}`,
        ),
      ),
    ],
    "text that is never found": [
      26,
      times(60, (i) =>
        fails(
          "str_replace",
          { path: "a.py", old: letters(i, 30), new: "" },
          "old_str was not found in the file",
        ),
      ),
    ],
    "a fresh token each time, refused each time": [
      24,
      times(40, (i) => [
        call("refresh_token", {}, { token: letters(i, 24) }),
        fails("list_invoices", { year: 2026 }, "403 scope invoices:read is missing"),
      ]),
    ],
    "Argumente im Kreis": [
      20,
      times(60, (i) =>
        fails("buche_raum", { raum: turnOf(["A", "B", "C"], i) }, "Fehler: Datum fehlt"),
      ),
    ],
  },
);
