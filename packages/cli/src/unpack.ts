import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** The first two bytes of every gzip file. */
const gzipMagic = [0x1f, 0x8b] as const;

/** Unpacks a stream if it is gzip. The content shows that, not the name. */
export async function unpack(source: Readable): Promise<AsyncIterable<Uint8Array>> {
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  let start: Uint8Array = new Uint8Array();
  while (start.length < gzipMagic.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
  }
  const all = startingWith(start, chunks);
  if (!gzipMagic.every((byte, index) => start[index] === byte)) return all;
  // An error on one side destroys both, and the reader gets the error.
  return pipeline(all, createGunzip(), () => {});
}

async function* startingWith(
  start: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (start.length > 0) yield start;
  yield* { [Symbol.asyncIterator]: () => rest };
}
