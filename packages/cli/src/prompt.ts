import { createInterface } from "node:readline/promises";

/** Asks a person, question by question. */
export interface Prompt {
  /** Resolves with the answer, or with `undefined` if the person has ended the input. */
  ask(question: string): Promise<string | undefined>;
  close(): void;
}

/** Asks on the terminal. `undefined` in a process without a terminal, such as a cron job. */
export const promptOnTerminal: (() => Prompt) | undefined =
  process.stdin.isTTY && process.stderr.isTTY ? openPrompt : undefined;

function openPrompt(): Prompt {
  // Questions go to standard error: standard output has only the result.
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answers = lines[Symbol.asyncIterator](); // keeps lines that a person has pasted ahead
  lines.on("SIGINT", () => lines.close());
  return {
    async ask(question) {
      lines.setPrompt(question);
      lines.prompt();
      const { value, done } = await answers.next();
      if (done !== true) return value;
      process.stderr.write("\n"); // what follows must not stand on the line of the question
      return undefined;
    },
    close: () => lines.close(),
  };
}
