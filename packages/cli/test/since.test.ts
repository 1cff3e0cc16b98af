import { expect, test } from "vitest";
import { InputError } from "../src/input-error.ts";
import { parseSince } from "../src/since.ts";

const now = Date.UTC(2026, 10, 29, 12);

test.each([
  ["30m", "2026-11-29T11:30:00.000Z"],
  ["12h", "2026-11-29T00:00:00.000Z"],
  ["7d", "2026-11-22T12:00:00.000Z"],
  ["2w", "2026-11-15T12:00:00.000Z"],
  ["2026-11-01", "2026-11-01T00:00:00.000Z"],
  ["2026-11-01T08:30", "2026-11-01T08:30:00.000Z"],
  ["2026-11-01T08:30:15Z", "2026-11-01T08:30:15.000Z"],
  ["2026-11-01T08:30+02:00", "2026-11-01T06:30:00.000Z"],
])("--since %s is %s", (text, moment) => {
  expect(new Date(parseSince(text, now)!).toISOString()).toBe(moment);
});

test("without --since there is no bound", () => {
  expect(parseSince(undefined, now)).toBeUndefined();
});

test.each(["yesterday", "7", "7y", "-1d", "2026-13-01", "11/29/2026", "", "99999999999999w"])(
  "--since %j is wrong",
  (text) => {
    expect(() => parseSince(text, now)).toThrow(InputError);
  },
);
