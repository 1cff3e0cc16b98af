import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { InputError, unreadable } from "./input-error.ts";
import { splitLines } from "./split-lines.ts";
import { unpack } from "./unpack.ts";

/**
 * The lines of a file one by one, plain or from gzip. `-` is standard input.
 *
 * @throws {InputError} for a file that is missing, a directory, or damaged; lines before come first
 */
export async function* readLines(file: string): AsyncGenerator<string> {
  let source: Readable | undefined;
  try {
    source = file === "-" ? standardInput() : await open(file);
    yield* splitLines(await unpack(source));
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    source?.destroy();
  }
}

async function open(file: string): Promise<Readable> {
  const found = await stat(file);
  if (found.isDirectory()) throw new InputError(`${file}: is a directory`);
  return createReadStream(file);
}

function standardInput(): Readable {
  const { stdin } = process;
  if (stdin.destroyed || stdin.readableEnded) {
    throw new InputError("-: standard input can be read once only");
  }
  return stdin;
}
