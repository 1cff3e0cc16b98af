import { pipeline, type Readable } from "node:stream";
import { createGunzip, gunzipSync } from "node:zlib";

/** The first two bytes of every gzip file. */
const gzipMagic = [0x1f, 0x8b] as const;

/** How a gzip member of a recorder begins: no name and no time. Packed data have these eight bytes only by a rare chance. */
const memberStart = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);

/**
 * Unpacks a stream if it is gzip. The content shows that, not the name.
 *
 * @param damaged hears of a member that ends too early, if others follow it: a process was killed while it wrote
 */
export async function unpack(
  source: Readable,
  damaged: () => void,
): Promise<AsyncIterable<Uint8Array>> {
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  let start: Uint8Array = new Uint8Array();
  while (start.length < gzipMagic.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
  }
  const all = startingWith(start, chunks);
  if (!gzipMagic.every((byte, index) => start[index] === byte)) return all;
  return unpackMembers(all, damaged);
}

/** Unpacks each member by itself, so that a damaged one does not hide those after it. */
async function* unpackMembers(
  all: AsyncIterable<Uint8Array>,
  damaged: () => void,
): AsyncGenerator<Uint8Array> {
  const members = new Members(all);
  while (await members.next()) {
    const small = members.takeSmall(unpacked);
    if (small !== undefined) {
      yield small;
      continue;
    }
    try {
      // An error on one side destroys both, and the reader gets the error.
      yield* pipeline(members.current(), createGunzip(), () => {});
    } catch (error) {
      if (!(await members.skip())) throw error;
      damaged();
      yield Buffer.from("\n"); // what was cut off ends here
    }
  }
}

/** A recorder may have written one small member a second: a stream for each would take long. */
function unpacked(member: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(member);
  } catch {
    return undefined; // a stream gives what comes before the damage
  }
}

/** Splits gzip data before each member. Holds one piece of the data at a time. */
class Members {
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** What was read and belongs to a member that has not begun. */
  #ahead: Uint8Array = Buffer.alloc(0);
  #hasEnded = false;

  constructor(all: AsyncIterable<Uint8Array>) {
    this.#chunks = all[Symbol.asyncIterator]();
  }

  /** Whether there is another member. */
  async next(): Promise<boolean> {
    await this.#read(1);
    return this.#ahead.length > 0;
  }

  /** Takes the next member at once, if all of it was read and `read` can read it. */
  takeSmall(read: (member: Uint8Array) => Uint8Array | undefined): Uint8Array | undefined {
    const end = this.#view().indexOf(memberStart, memberStart.length);
    if (end < 0) return undefined;
    const taken = read(this.#ahead.subarray(0, end));
    if (taken !== undefined) this.#ahead = this.#ahead.subarray(end);
    return taken;
  }

  /** The pieces of the member that comes next. */
  async *current(): AsyncGenerator<Uint8Array> {
    let from = memberStart.length; // not before its own start
    for (;;) {
      await this.#read(from + memberStart.length);
      const data = this.#view();
      const end = data.indexOf(memberStart, from);
      // The start of the next member may lie across two pieces.
      const whole =
        end >= 0 ? end : this.#hasEnded ? data.length : data.length - memberStart.length + 1;
      this.#ahead = data.subarray(whole);
      yield data.subarray(0, whole);
      if (end >= 0 || this.#hasEnded) return;
      from = 0;
    }
  }

  /** Goes to the end of a damaged member. Returns whether another one follows. */
  async skip(): Promise<boolean> {
    for (;;) {
      await this.#read(memberStart.length);
      const data = this.#view();
      const start = data.indexOf(memberStart);
      if (start >= 0) {
        this.#ahead = data.subarray(start);
        return true;
      }
      if (this.#hasEnded) return false;
      this.#ahead = data.subarray(Math.max(1, data.length - memberStart.length + 1));
    }
  }

  #view(): Buffer {
    return Buffer.from(this.#ahead.buffer, this.#ahead.byteOffset, this.#ahead.length);
  }

  /** Reads until so many bytes are there, or the data end. */
  async #read(bytes: number): Promise<void> {
    while (this.#ahead.length < bytes && !this.#hasEnded) {
      const { done, value } = await this.#chunks.next();
      if (done === true) this.#hasEnded = true;
      else this.#ahead = Buffer.concat([this.#ahead, value]);
    }
  }
}

async function* startingWith(
  start: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (start.length > 0) yield start;
  yield* { [Symbol.asyncIterator]: () => rest };
}
