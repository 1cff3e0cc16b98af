import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { InputError, isDirectory, unreadable } from "./input-error.ts";
import { splitLines } from "./split-lines.ts";
import { unpack } from "./unpack.ts";

/**
 * The lines of a file, plain or gzip. `-` is standard input.
 *
 * @throws {InputError} if the file is missing, a directory or damaged. Lines before the damage come first
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
  if (found.isDirectory()) throw new InputError(`${file}: ${isDirectory}`);
  return createReadStream(file);
}

function standardInput(): Readable {
  const { stdin } = process;
  if (stdin.destroyed || stdin.readableEnded) {
    throw new InputError("-: guard reads standard input only once. Name - only once");
  }
  return stdin;
}
