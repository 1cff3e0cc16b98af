import { once } from "node:events";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { PassThrough, pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError } from "./exit-codes.ts";

/** The two bytes that every gzip file begins with. */
const gzipMagic = [0x1f, 0x8b] as const;

/**
 * The lines of a file one by one, plain or from gzip, told by the content. `-` is standard input.
 *
 * @throws {InputError} for a file that is missing, a directory, or damaged; lines before come first
 */
export async function* readLines(file: string): AsyncGenerator<string> {
  const source = file === "-" ? process.stdin : await open(file);
  try {
    const text = await unpacked(source);
    yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
    // A stream that failed ends the lines as if the file were over.
    if (text.errored) throw text.errored;
  } catch (error) {
    throw explain(file, error);
  } finally {
    source.destroy();
  }
}

async function open(file: string): Promise<Readable> {
  const found = await stat(file).catch((error: unknown) => {
    throw explain(file, error);
  });
  if (found.isDirectory()) throw new InputError(`${file}: is a directory`);
  return createReadStream(file);
}

async function unpacked(source: Readable): Promise<Readable> {
  const first: unknown = source.readableLength > 0 ? true : await firstReadable(source);
  if (first === undefined) return source;
  const start = source.read() as Buffer | null;
  if (start === null) return source;
  source.unshift(start);
  const isGzip = gzipMagic.every((byte, index) => start[index] === byte);
  const target = isGzip ? createGunzip() : new PassThrough();
  // An error of either side destroys both; it is found in `errored`.
  return pipeline(source, target, () => {});
}

async function firstReadable(source: Readable): Promise<true | undefined> {
  const over = new AbortController();
  const { signal } = over;
  const readable = once(source, "readable", { signal }).then(() => true as const);
  const ended = once(source, "end", { signal }).then(() => undefined);
  try {
    return await Promise.race([readable, ended]);
  } finally {
    over.abort();
    await Promise.allSettled([readable, ended]);
  }
}

function explain(file: string, error: unknown): Error {
  if (error instanceof InputError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = reasons[code ?? ""] ?? message;
  return new InputError(`${file}: ${reason}`, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "is a directory",
  EACCES: "may not be read",
  Z_DATA_ERROR: "is damaged: not valid gzip",
  Z_BUF_ERROR: "is damaged: the gzip ends too early",
};
