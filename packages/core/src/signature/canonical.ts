import { configure } from "safe-stable-stringify";
import { hashBytes } from "./hash.ts";

/** Stands for a value that guard can't read: a throwing getter, too deep, too many parts. */
export const unreadable = "[unreadable]";

/** Stands before the kind of an object whose content guard can't see: a response, a stream, private fields. */
export const opaque = "[opaque";

const maxDepth = 200;
/** Several megabytes of JSON. No model reads more, and a value without an end would keep guard busy for longer. */
const maxParts = 500_000;

const stringify = configure({
  bigint: false,
  circularValue: "[circular]",
  maximumDepth: maxDepth,
});

/**
 * One text per value, with its keys in any order: on JSON data this is RFC 8785 (JCS).
 *
 * Arguments are hostile input, so this never throws: cycles are cut, depth and size are bounded, and what JSON has no
 * word for (BigInt, NaN, Map, Set, Error, bytes) keeps a text of its own instead of collapsing into `{}` or `null`. An
 * object without visible content is `[opaque …]`.
 */
export function canonical(value: unknown): string {
  const expanded = new WeakSet();
  let parts = 0;
  try {
    return (
      stringify(value, (_key, part: unknown) => {
        parts += 1;
        if (parts > maxParts) throw new RangeError("too many parts");
        return readable(part, expanded);
      }) ?? String(value)
    );
  } catch {
    return unreadable;
  }
}

function readable(part: unknown, expanded: WeakSet<object>): unknown {
  switch (typeof part) {
    case "bigint":
      return `${part}n`;
    case "number":
      return Number.isFinite(part) ? part : String(part);
    case "function":
    case "symbol":
      return `[${typeof part}]`;
    case "object":
      return part === null ? null : expand(part, expanded);
    default:
      return part;
  }
}

function expand(part: object, expanded: WeakSet<object>): unknown {
  if (!(part instanceof Map || part instanceof Set)) {
    if (part instanceof Error) return { error: part.name, message: part.message };
    if (ArrayBuffer.isView(part)) {
      return { bytes: hashBytes(new Uint8Array(part.buffer, part.byteOffset, part.byteLength)) };
    }
    if (part instanceof ArrayBuffer) return { bytes: hashBytes(new Uint8Array(part)) };
    if (part instanceof RegExp || part instanceof URLSearchParams) return String(part);
    return showsNothing(part) ? `${opaque} ${part.constructor?.name ?? "object"}]` : part;
  }
  // A collection is opened once: one that holds itself would otherwise be opened for ever.
  if (expanded.has(part)) return "[collection]";
  expanded.add(part);
  return part instanceof Map ? { map: [...part] } : { set: [...part] };
}

/** Whether an object of a class holds only private data. */
function showsNothing(part: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(part);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isPlain || Array.isArray(part)) return false;
  return typeof (part as { toJSON?: unknown }).toJSON !== "function" && !hasKeys(part);
}

function hasKeys(part: object): boolean {
  for (const key in part) if (Object.hasOwn(part, key)) return true;
  return false;
}
