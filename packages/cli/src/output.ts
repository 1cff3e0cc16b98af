import { promptOnTerminal, type Prompt } from "./prompt.ts";

/** The output of a command: results go to `out`, everything else goes to `err`. */
export interface Output {
  /** Writes results. Resolves when there is room for more. Rejects when the reader has gone. */
  out(text: string): Promise<void>;
  /** Writes errors and hints. Must not throw. */
  err(text: string): void;
  /** Whether `err` may show how far long work has come. Default: `false`. */
  readonly showsProgress?: boolean;
  /** Whether `out` shows colours. Default: `false`. */
  readonly showsColours?: boolean;
  /** Whether a person reads `out` and `err` as they come. guard then names the next command. Default: `false`. */
  readonly isTerminal?: boolean;
  /** Asks a person. Default: there is no person to ask. */
  readonly prompt?: (() => Prompt) | undefined;
}

/** Standard output and standard error of this process. */
export const processOutput: Output = {
  out: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    }),
  err: (text) => void process.stderr.write(text),
  showsProgress: process.stderr.isTTY,
  showsColours: process.stdout.isTTY && process.stdout.hasColors(), // NO_COLOR turns colours off
  isTerminal: process.stdout.isTTY && process.stderr.isTTY,
  prompt: promptOnTerminal,
};

/** Whether a write failed because the reader has left, as in `guard replay … | head`. */
export function hasReaderLeft(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EPIPE" || code === "ERR_STREAM_DESTROYED";
}
