import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
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
    [
      "an hour before its second half is repeated",
      inZone("hour", "Australia/Lord_Howe"),
      "2026-04-04T14:10:00Z",
      "2026-04-04T15:00:00Z",
    ],
    [
      "a day whose last hour is repeated",
      inZone("day", "America/Sao_Paulo"),
      "2018-02-17T12:00:00Z",
      "2018-02-18T03:00:00Z",
    ],
    [
      "a day after which one is skipped",
      inZone("day", "Pacific/Apia"),
      "2011-12-30T00:00:00Z",
      "2011-12-30T10:00:00Z",
    ],
    [
      "an hour after which a day is skipped",
      inZone("hour", "Pacific/Kwajalein"),
      "1993-08-21T11:59:00Z",
      "1993-08-21T12:00:00Z",
    ],
    [
      "a month whose last day is skipped",
      inZone("month", "Pacific/Apia"),
      "2011-12-01T10:00:00Z",
      "2011-12-31T10:00:00Z",
    ],
    [
      "a month that ends for a minute before it ends for good",
      inZone("month", "America/St_Johns"),
      "2009-10-15T12:00:00Z",
      "2009-11-01T02:30:00Z",
    ],
    [
      "the rest of a month that had ended for a minute",
      inZone("month", "America/St_Johns"),
      "2009-11-01T02:31:00Z",
      "2009-11-01T03:30:00Z",
    ],
  ] as const)("%s ends where the next begins", ([, window, now, end]) => {
    expect(new Date(endOf(window, "0", at(now))!).toISOString()).toBe(new Date(end).toISOString());
    expect(windowName(window, at(end) - 1)).toBe(windowName(window, at(now)));
    expect(windowName(window, at(end))).not.toBe(windowName(window, at(now)));
  });
});

describe("a window is worked out once", () => {
  const zones = fc.oneof(
    fc.constantFrom(...Intl.supportedValuesOf("timeZone")),
    fc.constantFrom("UTC", "+05:45", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns"),
  );
  const calendarPers = fc.constantFrom("hour", "day", "month");
  const moments = fc.integer({ min: at("1970-01-01"), max: at("2090-01-01") });
  // Small steps stay in a window, large ones leave it, and both go back as well.
  const jumps = fc.array(
    fc.oneof(
      ...[hour / 60, hour, 24 * hour, 800 * hour].map((max) =>
        fc.double({ min: -max, max, noNaN: true }),
      ),
    ),
    { maxLength: 20 },
  );

  test("its name is that of the zone's calendar, with any course of the clock", () => {
    fc.assert(
      fc.property(zones, calendarPers, moments, jumps, (timeZone, per, start, steps) => {
        let now = start;
        for (const step of [0, ...steps]) {
          now += step;
          expect(windowName({ per, timeZone }, now)).toBe(readName(per, timeZone, Math.floor(now)));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("it counts until its end and no longer", () => {
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(zones, calendarPers, moments, shares, (timeZone, per, now, share) => {
        const window = { per, timeZone };
        const name = readName(per, timeZone, now);
        const end = endOf(window, "0", now)!;
        const inside = now + Math.floor(share * (end - 1 - now));
        for (const moment of [now, inside, end - 1]) {
          expect(readName(per, timeZone, moment)).toBe(name);
          expect(endOf(window, "0", moment)).toBe(end);
        }
        expect(readName(per, timeZone, end)).not.toBe(name);
      }),
      { numRuns: 300 },
    );
  });

  test("the platform is asked no more until it ends", () => {
    const asked = vi.spyOn(Intl.DateTimeFormat.prototype, "formatToParts");
    const window = inZone("day", "Asia/Kathmandu");
    const start = at("2026-11-21T18:15:00Z");
    windowName(window, start);
    const once = asked.mock.calls.length;
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      windowName(window, start + minute * 60_000);
      endOf(window, "0", start + minute * 60_000);
    }
    expect(once).toBeGreaterThan(0);
    expect(asked).toHaveBeenCalledTimes(once);
    asked.mockRestore();
  });
});

/** The name of a window as the platform's own calendar has it, read anew each time. */
function readName(per: Window["per"], timeZone: string, now: number): string {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    hourCycle: "h23",
    timeZoneName: "longOffset",
  });
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const [year, month, day, hours] = (["year", "month", "day", "hour"] as const).map((part) =>
    parts.get(part),
  );
  if (per === "month") return `month ${year}-${month} ${timeZone}`;
  if (per === "day") return `day ${year}-${month}-${day} ${timeZone}`;
  return `hour ${year}-${month}-${day}-${hours} ${parts.get("timeZoneName")} ${timeZone}`;
}

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
