import { spawn, spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";

/** What a command has shown on the terminal, and how it ended. */
export interface Shown {
  /** The text, without colours and other control sequences. */
  readonly text: string;
  readonly hasColours: boolean;
  readonly code: number;
}

/** A shell in a pseudo-terminal, and a person in front of it. */
export interface Terminal {
  /** Types a command line and waits until the shell asks for the next one. */
  run(commandLine: string): Promise<Shown>;
  /** Types a command line that asks for more: it does not wait. */
  start(commandLine: string): void;
  /** Types keys. Enter is `\r`, Ctrl-C is `\x03`. */
  type(keys: string): void;
  /** Resolves once this text stands on the terminal, below all texts that were waited for before. */
  shows(text: string): Promise<void>;
  /** Waits until the shell asks for the next command line, and returns what the last one has shown. */
  ended(): Promise<Shown>;
  /** Ends the shell and all that runs in it. */
  close(): void;
}

/** The shell shows the exit code of the last command, then waits. */
const prompt = /\[(\d+)\]> $/;
const nothing = () => {};
const bold = "\u001B[1m";
const longestWaitMs = 15_000;

/**
 * Opens a pseudo-terminal with a shell. The program `script` makes it: Debian has it in an essential package, macOS has it
 * as well. So no native module is needed.
 */
export async function openTerminal(cwd: string, path: readonly string[]): Promise<Terminal> {
  if (spawnSync("script", ["--version"]).error !== undefined) {
    throw new Error(
      "These tests need a pseudo-terminal. The program `script` makes one: install bsdutils (Debian), or util-linux (Alpine, Fedora)",
    );
  }
  const child = spawn("sh", ["-c", shellInTerminal], {
    cwd,
    detached: true, // a process group of its own, to end all of it
    env: {
      PATH: [...path, process.env["PATH"]].join(":"),
      HOME: cwd,
      HISTFILE: "/dev/null",
      SHELL: "/bin/sh",
      TERM: "xterm-256color",
      PS1: "[$?]> ",
    },
  });
  let all = "";
  let seen = 0;
  let wake = nothing;
  let closed = nothing;
  child.on("close", () => closed());
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      all += text;
      wake();
    });
  }

  /** Resolves with the place where the text ends that `endOf` finds in what is new. */
  const until = (endOf: (fresh: string) => number | undefined) =>
    new Promise<number>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${why}\n${all.slice(seen)}`));
      const tooLate = setTimeout(
        () => fail("The terminal never showed what the test waits for. It shows:"),
        longestWaitMs,
      );
      closed = () => {
        clearTimeout(tooLate);
        fail("The terminal closed. It had shown:");
      };
      wake = () => {
        const end = endOf(all.slice(seen));
        if (end === undefined) return;
        clearTimeout(tooLate);
        resolve(seen + end);
      };
      wake();
    });
  const untilPrompt = () => until((fresh) => (prompt.test(fresh) ? fresh.length : undefined));

  let began = 0;
  const terminal: Terminal = {
    type: (keys) => void child.stdin.write(keys),
    start(commandLine) {
      began = all.length;
      terminal.type(`${commandLine}\r`);
    },
    async shows(text) {
      seen = await until((fresh) =>
        fresh.includes(text) ? fresh.indexOf(text) + text.length : undefined,
      );
    },
    async ended() {
      seen = await untilPrompt();
      const screen = all.slice(began, seen);
      const lines = screen.slice(screen.indexOf("\n") + 1).replace(prompt, ""); // the first line is what was typed
      const text = stripVTControlCharacters(lines).replaceAll(/\r+\n/g, "\n");
      const code = Number(prompt.exec(screen)![1]);
      return { text, hasColours: lines.includes(bold), code };
    },
    close() {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    },
    run(commandLine) {
      terminal.start(commandLine);
      return terminal.ended();
    },
  };
  seen = await untilPrompt();
  // `script` sets no size, because it sits in no terminal itself. A shell that edits lines would move the cursor.
  await terminal.run("set +o emacs; stty echo columns 160 rows 50");
  return terminal;
}

// `cat` hands on what is typed: the `script` of macOS takes a pipe, and refuses the socket that Node.js makes.
const shellInTerminal =
  process.platform === "linux"
    ? "cat | script -q -f -e -c 'sh -i' /dev/null"
    : "cat | script -q /dev/null sh -i";
