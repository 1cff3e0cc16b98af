import { spawn, spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { onTestFinished } from "vitest";

/** What a command has shown on the terminal, and how it ended. */
export interface Shown {
  /** The text, without colours and other control sequences. */
  readonly text: string;
  /** What the terminal got, byte for byte. */
  readonly raw: string;
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
  /** Waits until the shell asks for the next command line, and returns what came since the last one. */
  ended(): Promise<Shown>;
}

/** The shell shows the exit code of the last command, then waits. */
const prompt = /\[(\d+)\]> $/;
const longestWaitMs = 30_000;

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
      SHELL: "/bin/sh",
      TERM: "xterm-256color",
      PS1: "[$?]> ",
    },
  });
  onTestFinished(() => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  });

  let all = "";
  let seen = 0;
  let wake = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      all += text;
      wake();
    });
  }

  /** Resolves with the place behind what `find` finds in the text that is new. */
  const until = (find: (text: string) => string | undefined) =>
    new Promise<number>((resolve, reject) => {
      const tooLate = setTimeout(() => {
        reject(
          new Error(`The terminal does not show what the test waits for, but:\n${all.slice(seen)}`),
        );
      }, longestWaitMs);
      wake = () => {
        const fresh = all.slice(seen);
        const found = find(fresh);
        if (found === undefined) return;
        clearTimeout(tooLate);
        resolve(seen + fresh.indexOf(found) + found.length);
      };
      wake();
    });
  const untilPrompt = () => until((text) => prompt.exec(text)?.[0]);

  let began = 0;
  const terminal: Terminal = {
    type: (keys) => void child.stdin.write(keys),
    start(commandLine) {
      began = all.length;
      terminal.type(`${commandLine}\r`);
    },
    async shows(text) {
      seen = await until((fresh) => (fresh.includes(text) ? text : undefined));
    },
    async ended() {
      seen = await untilPrompt();
      const screen = all.slice(began, seen);
      const raw = screen.slice(screen.indexOf("\n") + 1).replace(prompt, ""); // without the line that was typed
      const text = stripVTControlCharacters(raw).replaceAll(/\r+\n/g, "\n");
      return { raw, text, code: Number(prompt.exec(screen)![1]) };
    },
    run(commandLine) {
      terminal.start(commandLine);
      return terminal.ended();
    },
  };
  await untilPrompt();
  await terminal.run("stty echo columns 160 rows 50"); // `script` sets no size, because it sits in no terminal itself
  return terminal;
}

// `cat` hands on what is typed: the `script` of macOS takes a pipe, and refuses the socket that Node.js makes.
const shellInTerminal =
  process.platform === "linux"
    ? "cat | script -q -f -e -c 'sh -i' /dev/null"
    : "cat | script -q /dev/null sh -i";
