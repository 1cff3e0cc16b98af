/** Where a command writes: results to `out`, everything else to `err`. */
export interface Output {
  /** Resolves when there is room for more. */
  out(text: string): Promise<void>;
  err(text: string): void;
}

/** The terminal, or whatever this process is connected to. */
export const processOutput: Output = {
  out: (text) =>
    new Promise((resolve) => {
      if (process.stdout.write(text)) resolve();
      else process.stdout.once("drain", resolve);
    }),
  err: (text) => void process.stderr.write(text),
};
