import { randomBytes } from "node:crypto";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { appendFile, mkdir, readdir, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";

const pack = promisify(gzip);

/** Recordings hold prompts: only their owner reads them. */
const [fileMode, folderMode] = [0o600, 0o700];

export interface RecordingFileOptions {
  readonly file: string;
  readonly maxBytes: number;
  readonly maxFiles: number;
}

/**
 * The file of a recording, and the full files before it. Each write adds whole lines. In a gzip file, each write is a
 * whole gzip member. So a file can be read after the process was killed, and several processes may write to one file.
 */
export class RecordingFile {
  readonly #file: string;
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #maxFiles: number;
  readonly #isPacked: boolean;
  readonly #stem: string;
  readonly #ending: string;
  /** An earlier write, perhaps of another process, may have stopped in the middle of a line. */
  #mayBeTorn = true;

  constructor({ file, maxBytes, maxFiles }: RecordingFileOptions) {
    this.#file = file;
    this.#folder = dirname(file);
    this.#maxBytes = maxBytes;
    this.#maxFiles = maxFiles;
    this.#isPacked = file.endsWith(".gz");
    const name = basename(file);
    const [, stem = name, ending = "jsonl"] = /^(.+?)\.((?:[^.]+\.)?[^.]+)$/.exec(name) ?? [];
    this.#stem = stem;
    this.#ending = ending;
  }

  /** Adds lines. A full file gets another name first, and guard deletes the oldest files. */
  async append(lines: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: folderMode });
    let size = (await stat(this.#file).catch(ignoreMissing))?.size ?? 0;
    if (size >= this.#maxBytes) {
      await this.#rotate();
      size = 0;
    }
    const text = this.#mayBeTorn ? this.#onNewLine(lines, size) : lines;
    this.#mayBeTorn = true;
    await appendFile(this.#file, this.#isPacked ? await pack(text) : text, { mode: fileMode });
    this.#mayBeTorn = false;
  }

  /** Adds lines at once: for the end of the process. */
  appendSync(lines: string): void {
    mkdirSync(this.#folder, { recursive: true, mode: folderMode });
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    const text = this.#onNewLine(lines, size);
    const data = this.#isPacked ? gzipSync(text) : text;
    writeFileSync(this.#file, data, { mode: fileMode, flag: "a" });
  }

  /** Readers skip the blank line. A gzip member needs none. */
  #onNewLine(lines: string, size: number): string {
    return size > 0 && !this.#isPacked ? `\n${lines}` : lines;
  }

  async #rotate(): Promise<void> {
    if (this.#maxFiles === 1) await unlink(this.#file).catch(ignoreMissing);
    else await rename(this.#file, this.#fullName()).catch(ignoreMissing);
    for (const old of (await this.#fullFiles()).slice(this.#maxFiles - 1)) {
      await unlink(old).catch(ignoreMissing);
    }
  }

  /** `runs.20261129T180533120Z-1f3a.jsonl.gz` for `runs.jsonl.gz`: in a list, these names sort by time. */
  #fullName(): string {
    const time = new Date().toISOString().replaceAll(/[-:.]/g, "");
    const name = `${this.#stem}.${time}-${randomBytes(2).toString("hex")}.${this.#ending}`;
    return join(this.#folder, name);
  }

  /** The full files, the newest first. */
  async #fullFiles(): Promise<readonly string[]> {
    const [start, end] = [`${this.#stem}.`, `.${this.#ending}`];
    const isFull = (name: string) =>
      name.startsWith(start) &&
      name.endsWith(end) &&
      /^\d{8}T\d{9}Z-[\da-f]{4}$/.test(name.slice(start.length, -end.length));
    const names = await readdir(this.#folder);
    return names
      .filter(isFull)
      .toSorted()
      .toReversed()
      .map((name) => join(this.#folder, name));
  }
}

/** Another process may have renamed or deleted the file already. */
function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
