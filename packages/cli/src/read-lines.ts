import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { InputError, isDirectory, unreadable } from "./input-error.ts";
import { splitLines } from "./split-lines.ts";
import { unpack } from "./unpack.ts";

/**
 * The lines of a file, plain or gzip. `-` is standard input.
 *
 * @param damaged hears of a damaged part that guard leaves out, with the rest of the file whole
 * @throws {InputError} if the file is missing, a directory or damaged. Lines before the damage come first
 */
export async function* readLines(
  file: string,
  damaged: (fault: string) => void,
): AsyncGenerator<string> {
  let source: Readable | undefined;
  try {
    source = file === "-" ? standardInput() : await open(file);
    yield* splitLines(await unpack(source, () => damaged(`${file}: ${damagedPart}`)));
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    source?.destroy();
  }
}

const damagedPart =
  "a part is damaged, perhaps because a process was killed while it wrote. guard reads the rest";

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
