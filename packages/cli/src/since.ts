import { InputError } from "./input-error.ts";

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/** A hundred years. */
const longestAge = 100 * 365 * unitMs.d;

const age = /^(\d+)([mhdw])$/;
const moment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * The milliseconds of an age such as `7d`.
 *
 * @throws {InputError} for any other text
 */
export function parseAge(option: string, text: string): number {
  const [, count, unit] = age.exec(text) ?? [];
  const ms = Number(count) * unitMs[unit as keyof typeof unitMs];
  if (count !== undefined && ms > 0 && ms <= longestAge) return ms;
  throw new InputError(
    `${option}: expected an age (30m, 12h, 7d, 2w), received ${JSON.stringify(text)}`,
  );
}

/**
 * The moment that `--since` names, in milliseconds since the epoch: an age such as `7d`, or a date. A time without a zone is in UTC.
 *
 * @throws {InputError} for any other text
 */
export function parseSince(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const [, count, unit] = age.exec(text) ?? [];
  const [, time, , , zone] = moment.exec(text) ?? [];
  const at =
    count === undefined
      ? Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text)
      : now - Number(count) * unitMs[unit as keyof typeof unitMs];

  if ((count !== undefined || moment.test(text)) && at >= 0) return at;
  throw new InputError(
    `--since: expected an age (30m, 12h, 7d, 2w) or a date (2026-11-29, 2026-11-29T08:00), received ${JSON.stringify(text)}`,
  );
}
