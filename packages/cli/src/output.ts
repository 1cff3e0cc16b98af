/** Where a command writes: results to `out`, everything else to `err`. */
export interface Output {
  /** Resolves when there is room for more, rejects when the reader has gone. */
  out(text: string): Promise<void>;
  err(text: string): void;
}

/** The terminal, pipe or file that this process writes to. */
export const processOutput: Output = {
  out: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    }),
  err: (text) => void process.stderr.write(text),
};

/** Whether a write failed because the reader has seen enough, as in `guard replay … | head`. */
export function hasReaderLeft(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EPIPE" || code === "ERR_STREAM_DESTROYED";
}
