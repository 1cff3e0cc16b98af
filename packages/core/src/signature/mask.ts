/** Longer results are masked up to here and compared exactly from there on. */
const maskedLength = 64 * 1024;

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const hexNumber = /\b(?:0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{6,})\b/gi;
// Only from the first digit of a number: else a long row of digits costs the square of its length.
const duration = /(?<!\d)\d+(?:\.\d+)?\s?(?:ms|msec|s|sec|secs|seconds?|min|minutes?|h|hours?)\b/gi;
const number = /\d+(?:[.,:]\d+)*/g;

/**
 * A result without what changes by itself: UUIDs, hexadecimal ids, durations, timestamps and every
 * other number become `#`. Two results that are equal only after this are *nearly* the same: they
 * count half.
 */
export function mask(text: string): string {
  const head = text
    .slice(0, maskedLength)
    .replace(uuid, "#")
    .replace(hexNumber, "#")
    .replace(duration, "#")
    .replace(number, "#");
  return head + text.slice(maskedLength);
}
