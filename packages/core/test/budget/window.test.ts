import { describe, expect, test } from "vitest";
import { endOf, isCurrent, slotOf, windowName, type Window } from "../../src/budget/window.ts";

const at = (iso: string) => Date.parse(iso);
const inZone = (per: Window["per"], timeZone = "UTC"): Window => ({ per, timeZone });
const hour = 3_600_000;

describe("windows of the calendar", () => {
  test.for([
    ["an hour", inZone("hour"), "2026-11-21T09:59:59.999Z", "2026-11-21T10:00:00Z"],
    ["a day", inZone("day"), "2026-11-21T09:59:59Z", "2026-11-22T00:00:00Z"],
    ["a month", inZone("month"), "2026-11-21T09:59:59Z", "2026-12-01T00:00:00Z"],
    ["the last month of a year", inZone("month"), "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"],
    ["a leap day", inZone("day"), "2028-02-29T12:00:00Z", "2028-03-01T00:00:00Z"],
    [
      "a day elsewhere",
      inZone("day", "Asia/Tokyo"),
      "2026-11-21T14:59:59Z",
      "2026-11-21T15:00:00Z",
    ],
    [
      "an hour with a half",
      inZone("hour", "Asia/Kolkata"),
      "2026-11-21T09:10:00Z",
      "2026-11-21T09:30:00Z",
    ],
    [
      "a day of 25 hours",
      inZone("day", "Europe/Berlin"),
      "2026-10-24T22:00:00Z",
      "2026-10-25T23:00:00Z",
    ],
    [
      "a day of 23 hours",
      inZone("day", "Europe/Berlin"),
      "2026-03-28T23:00:00Z",
      "2026-03-29T22:00:00Z",
    ],
    [
      "an hour before it is repeated",
      inZone("hour", "Europe/Berlin"),
      "2026-10-25T00:30:00Z",
      "2026-10-25T01:00:00Z",
    ],
    [
      "the hour that is repeated",
      inZone("hour", "Europe/Berlin"),
      "2026-10-25T01:30:00Z",
      "2026-10-25T02:00:00Z",
    ],
  ] as const)("%s ends where the next begins", ([, window, now, end]) => {
    expect(new Date(endOf(window, "0", at(now))!).toISOString()).toBe(new Date(end).toISOString());
    expect(windowName(window, at(end) - 1)).toBe(windowName(window, at(now)));
    expect(windowName(window, at(end))).not.toBe(windowName(window, at(now)));
  });
});

describe("windows that roll", () => {
  test.for([
    ["rolling-hour", hour],
    ["rolling-day", 24 * hour],
    ["rolling-month", 720 * hour],
  ] as const)("%s: what is counted leaves a sixtieth late, never early", ([per, length]) => {
    const window = inZone(per);
    for (const now of [at("2026-11-21T09:59:59Z"), at("2026-11-21T10:00:00Z")]) {
      const slot = slotOf(window, now);
      expect(isCurrent(window, slot, now + length)).toBe(true);
      expect(isCurrent(window, slot, now + length + length / 60 + 1)).toBe(false);
      const end = endOf(window, slot, now)!;
      expect(end).toBeGreaterThan(now + length);
      expect(isCurrent(window, slot, end - 1)).toBe(true);
      expect(isCurrent(window, slot, end)).toBe(false);
    }
  });

  test("a clock that is set back forgets nothing", () => {
    const window = inZone("rolling-hour");
    expect(isCurrent(window, slotOf(window, 10 * hour), 2 * hour)).toBe(true);
  });
});

test("the whole life of an account has no end", () => {
  expect(endOf(inZone(undefined), "0", 0)).toBe(undefined);
  expect(windowName(inZone(undefined), 0)).toBe("life");
});
