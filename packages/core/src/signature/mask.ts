/** Longer results are masked up to here and compared exactly from there on. */
const maskedLength = 64 * 1024;

/** Parts of a text that change by themselves. Each becomes `#`. */
const volatile: readonly RegExp[] = [
  // UUIDs, hexadecimal ids and ULIDs
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
  /\b0x[0-9a-f]+\b/gi,
  /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,}\b/gi,
  /\b[0-9A-HJKMNP-TV-Z]{26}\b/g,
  // dates, clock times and seconds or milliseconds since 1970
  /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?/g,
  /\b\d\d?:\d\d(?::\d\d)?(?:[.,]\d+)?\b/g,
  /(?<![\d.])1[5-9]\d{8}(?:\d{3})?(?![\d.]\d|\d)/g,
  // Durations. Only from the first digit of a number: else a long row of digits costs the square of its length.
  /(?<![\d.])\d+(?:\.\d+)?\s?(?:ms|msec|s|sec|secs|seconds?|min|mins|minutes?|h|hrs?|hours?)\b/gi,
  /\b(?:elapsed|uptime|took)\W{0,3}\d+(?:\.\d+)?/gi,
];

/** Fields that name one attempt or tell the time. */
const volatileField =
  /("(?:[\w-]*(?:request|trace|correlation|span)(?:[_-]?id)?|nonce|etag|[\w-]*(?:timestamp|elapsed|duration|latency|uptime|heartbeat)[\w-]*)"\s*:\s*)(?:"[^"]*"|-?\d+(?:\.\d+)?)/gi;

/** A word that may be an id made by a machine: with a short prefix, or long. */
const idLike = /\b(?:[A-Za-z]{2,8}[_-])?([A-Za-z0-9]{10,})\b/g;
const longId = 20;

const number = /\d+(?:[.,:]\d+)*/g;

/**
 * Masks the parts of a text that change by themselves: UUIDs, hexadecimal and opaque ids, dates, clock times and
 * durations become `#`. Two successes that are equal only after this are *nearly* the same. Other numbers stay: a new
 * number is news.
 */
export function maskVolatile(text: string): string {
  let head = text.slice(0, maskedLength).replace(volatileField, "$1#");
  for (const pattern of volatile) head = head.replace(pattern, "#");
  head = head.replace(idLike, (id: string, body: string) => (isOpaque(id, body) ? "#" : id));
  return head + text.slice(maskedLength);
}

/** Masks all numbers, too: failures that differ only in numbers are the same failure. */
export function maskNumbers(text: string): string {
  return maskVolatile(text).slice(0, maskedLength).replace(number, "#") + text.slice(maskedLength);
}

/** Whether a word looks random: digits among letters, or capitals inside a word. */
function isOpaque(id: string, body: string): boolean {
  const hasPrefix = id !== body;
  if (!hasPrefix && body.length < longId) return false;
  const hasLetters = /[A-Za-z]/.test(body);
  const capitals = body.match(/[a-z][A-Z]/g)?.length ?? 0;
  const digits = body.match(/[A-Za-z]\d|\d[A-Za-z]/g)?.length ?? 0;
  return hasLetters && (hasPrefix ? digits > 0 || capitals >= 3 : digits >= 2 && capitals >= 2);
}
