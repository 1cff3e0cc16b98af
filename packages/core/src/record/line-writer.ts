import type { RecordingFile } from "./recording-file.ts";

/** guard writes so long after the first line that waits. */
const flushMs = 1_000;
/** guard writes at once when so many characters wait. */
const fullBatch = 262_144;
/** The disk is too slow or away: guard drops lines rather than keep more characters in memory. */
const mostWaiting = 16_777_216;

/** Lines that wait to be written together. */
interface Batch {
  readonly lines: string[];
  /** Resolves when the lines are written, and rejects if they can't be written. */
  readonly written: Promise<void>;
  readonly write: (file: RecordingFile) => void;
}

/** Writers with lines that wait. The process writes them when it ends. */
const waiting = new Set<LineWriter>();
let hearsExit = false;

/**
 * Writes lines in batches, one after the other. Keeps a bounded number of characters in memory, and does not keep the
 * process alive.
 */
export class LineWriter {
  readonly #file: RecordingFile;
  #batch: Batch | undefined;
  #length = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #isClosed = false;

  constructor(file: RecordingFile) {
    this.#file = file;
  }

  /**
   * Adds a line. The first line of a batch returns a promise, which rejects if guard can't write the batch. So one batch
   * tells one error.
   *
   * @throws {Error} if the writer is closed, or too many lines wait
   */
  add(line: string): Promise<void> | undefined {
    if (this.#isClosed) throw new Error("the recorder is closed: guard records no more events");
    if (this.#length + line.length > mostWaiting) {
      throw new Error("the disk is too slow for the recorder: it has dropped an event");
    }
    const isFirst = this.#batch === undefined;
    const batch = (this.#batch ??= this.#begin());
    batch.lines.push(line);
    this.#length += line.length;
    if (this.#length >= fullBatch && this.#writing === undefined) this.#write();
    return isFirst ? batch.written : undefined;
  }

  /** Writes everything that waits. Rejects with the first error. */
  async flush(): Promise<void> {
    const errors: unknown[] = [];
    while (this.#writing !== undefined || this.#batch !== undefined) {
      if (this.#writing === undefined) this.#write();
      await this.#writing?.catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  /** Writes at once what waits: the process ends. */
  writeAtExit(): void {
    if (this.#batch === undefined) return;
    try {
      this.#file.appendSync(this.#batch.lines.join(""));
    } catch {
      // The process has ended, so guard can tell no listener.
    }
    this.#batch = undefined;
  }

  #begin(): Batch {
    waiting.add(this);
    if (!hearsExit) {
      hearsExit = true;
      process.on("exit", () => waiting.forEach((writer) => writer.writeAtExit()));
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#writing === undefined) this.#write();
    }, flushMs).unref();
    return newBatch();
  }

  /** Writes the batch. The next batch is written when its time has come. */
  #write(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#batch = undefined;
    this.#length = 0;
    waiting.delete(this);
    const done = () => {
      this.#writing = undefined;
      if (this.#length >= fullBatch || this.#timer === undefined) this.#write();
    };
    this.#writing = batch.written.finally(done);
    this.#writing.catch(() => {});
    batch.write(this.#file);
  }
}

function newBatch(): Batch {
  const lines: string[] = [];
  let begin!: (written: Promise<void>) => void;
  const written = new Promise<void>((resolve) => {
    begin = resolve;
  });
  // Code that calls the recorder itself may not look at the promise. An error must not end its process.
  written.catch(() => {});
  return { lines, written, write: (file) => begin(file.append(lines.join(""))) };
}
