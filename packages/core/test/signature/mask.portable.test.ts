import { describe, expect, test } from "vitest";
import { maskNumbers, maskVolatile } from "../../src/signature/mask.ts";
import { outcomeFingerprint } from "../../src/signature/outcome.ts";
import type { Outcome } from "../../src/vocabulary/call.ts";

const success = (result: unknown): Outcome => ({ status: "success", result });
const failure = (error: unknown): Outcome => ({ status: "failure", error });

describe("what changes by itself is masked in a success", () => {
  test.for([
    ["id 3f2b8c1e-9a4d-4c1b-8f6e-2d7a1b3c4d5e", "id #"],
    ["id 3F2B8C1E-9A4D-4C1B-8F6E-2D7A1B3C4D5E", "id #"],
    ["at 0x7ffe12 and 0xFF", "at # and #"],
    ["commit a1b2c3d4e5", "commit #"],
    ["ulid 01ARZ3NDEKTSV4RRFFQ69G5FAV", "ulid #"],
    ["took 12ms", "took #"],
    ["took 1.5 s", "took #"],
    ["in 3 minutes", "in #"],
    ["in 2 hours", "in #"],
    ["elapsed: 12", "#"],
    ["at 10:32:07", "at #"],
    ["at 1700000000123", "at #"],
    ["at 1700000000", "at #"],
    ["2026-01-31", "#"],
    ["2026-01-31T10:32:07.123Z", "#"],
    ["2026-01-31 10:32:07+02:00", "#"],
    ['{"request_id":"abc","n":1}', '{"request_id":#,"n":1}'],
    ['{"x-trace-id": "abc"}', '{"x-trace-id": #}'],
    ['{"createdTimestamp":12}', '{"createdTimestamp":#}'],
    ['{"latency_ms":12.5}', '{"latency_ms":#}'],
    ["paid as ch_3MmlLrLkdIwHu7ix0snN0B15", "paid as #"],
    ["sent as msg-a8Kq2ZpLx9", "sent as #"],
    ["key A7bQ9xT2mN4kP8sD1fG6hJ", "key #"],
  ])("%s: %s", ([text, masked]) => {
    expect(maskVolatile(text!)).toBe(masked);
  });
});

describe("everything else in a success is news", () => {
  test.for([
    ["Indexed 14 of 105", "Indexed 15 of 105"],
    ["21.5 °C", "21.6 °C"],
    ["1,234.56", "1,234.57"],
    ["ticket 4711", "ticket 4712"],
    ["v1.2.3", "v1.2.4"],
    ["line 1500000", "line 1500001"],
    ["facade", "decade"],
    ["deadbeef", "feedface"],
    ["queued", "done"],
    ["page a", "page b"],
    ["-5", "5"],
    ["error: timeout", "error: refused"],
    ["internationalization", "internationalisations"],
    ["some_very_long_function_name", "some_very_long_function_nome"],
    ["", " "],
    ["５", "６"],
  ])("%s and %s", ([a, b]) => {
    expect(maskVolatile(a!)).not.toBe(maskVolatile(b!));
  });
});

describe("in a failure every number is masked as well", () => {
  test.for([
    ["1,234.56 of 7", "# of #"],
    ["line 12: exit 1", "line #: exit #"],
    ["2026-01-31T10:32:07.123Z", "#"],
    ["after 3 attempts in 12 s", "after # attempts in #"],
  ])("%s: %s", ([text, masked]) => {
    expect(maskNumbers(text!)).toBe(masked);
  });

  test("words stay apart", () => {
    expect(maskNumbers("timed out after 3")).not.toBe(maskNumbers("refused after 3"));
  });
});

const masked = (outcome: Outcome) => outcomeFingerprint(outcome).masked;

describe("an outcome is masked by what it is", () => {
  test.for<[shows: string, a: Outcome, b: Outcome, same: boolean]>([
    ["successes with other numbers", success("14 of 105"), success("15 of 105"), false],
    ["successes with other times", success("at 10:00"), success("at 10:01"), true],
    ["failures with other numbers", failure("line 14"), failure("line 15"), true],
    ["failures in other words", failure("denied"), failure("missing"), false],
    ["a success and a failure", success("denied"), failure("denied"), false],
  ])("%s", ([, a, b, same]) => {
    expect(masked(a) === masked(b)).toBe(same);
  });
});

test("a success and a failure with the same text are different outcomes", () => {
  const failed = outcomeFingerprint({ status: "failure", error: "1" });
  const succeeded = outcomeFingerprint({ status: "success", result: "1" });
  expect(failed.exact).not.toBe(succeeded.exact);
  expect(failed.masked).not.toBe(succeeded.masked);
});

const hashOf = (error: Error) => outcomeFingerprint({ status: "failure", error }).exact;

test("an error counts by its name and message, with any stack", () => {
  expect(hashOf(new Error("x"))).toBe(hashOf(new Error("x")));
  expect(hashOf(new Error("x"))).not.toBe(hashOf(new TypeError("x")));
});

test("long results are compared exactly from 64 KiB on", () => {
  const long = "x".repeat(64 * 1024);
  expect(maskVolatile(`${long} 10:01`)).not.toBe(maskVolatile(`${long} 10:02`));
  expect(maskNumbers(`${long} 1`)).not.toBe(maskNumbers(`${long} 2`));
});

test.for([
  ["digits", "1"],
  ["digits and dots", "1."],
  ["digits and colons", "1:"],
  ["letters", "a"],
  ["letters and digits", "a1"],
  ["capitals", "aB"],
  ["letters of ULIDs", "A"],
  ["blanks", "1 "],
  ["lone blanks", " "],
  ["dashes", "1234abcd-"],
  ["prefixes", "ab_"],
  ["quotes", '"'],
  ["names of fields", '"elapsed'],
  ["fields without an end", '"duration":"'],
  ["minus signs", '"nonce":-'],
  ["words of time", "took "],
])("a hostile row of %s is masked in linear time", { timeout: 1_000 }, ([, unit]) => {
  const row = `${unit!.repeat((60 * 1024) / unit!.length)}_`;
  expect(maskVolatile(row)).toEqual(expect.any(String));
  expect(maskNumbers(row)).toEqual(expect.any(String));
});
