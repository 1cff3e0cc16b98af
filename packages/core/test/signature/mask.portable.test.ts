import { describe, expect, test } from "vitest";
import { mask } from "../../src/signature/mask.ts";
import { outcomeFingerprint } from "../../src/signature/outcome.ts";

describe("what changes by itself is masked", () => {
  test.for([
    ["id 3f2b8c1e-9a4d-4c1b-8f6e-2d7a1b3c4d5e", "id #"],
    ["id 3F2B8C1E-9A4D-4C1B-8F6E-2D7A1B3C4D5E", "id #"],
    ["at 0x7ffe12 and 0xFF", "at # and #"],
    ["commit a1b2c3d4e5", "commit #"],
    ["took 12ms", "took #"],
    ["took 1.5 s", "took #"],
    ["took 3 minutes", "took #"],
    ["took 2 hours", "took #"],
    ["at 10:32:07", "at #"],
    ["at 1700000000123", "at #"],
    ["2026-01-31", "#-#-#"],
    ["2026-01-31T10:32:07.123Z", "#-#-#T#Z"],
    ["1,234.56 of 7", "# of #"],
  ])("%s: %s", ([text, masked]) => {
    expect(mask(text!)).toBe(masked);
  });
});

describe("words stay apart", () => {
  test.for([
    ["facade", "decade"],
    ["deadbeef", "feedface"],
    ["queued", "done"],
    ["page a", "page b"],
    ["-5", "5"],
    ["error: timeout", "error: refused"],
    ["", " "],
    ["５", "６"],
  ])("%s and %s", ([a, b]) => {
    expect(mask(a!)).not.toBe(mask(b!));
  });
});

test("a success and a failure with the same text are different outcomes", () => {
  const failed = outcomeFingerprint({ status: "failure", error: "1" });
  const succeeded = outcomeFingerprint({ status: "success", result: "1" });
  expect(failed.exact).not.toBe(succeeded.exact);
  expect(failed.masked).not.toBe(succeeded.masked);
});

const hashOf = (error: Error) => outcomeFingerprint({ status: "failure", error }).exact;

test("an error is its name and message, whatever its stack", () => {
  expect(hashOf(new Error("x"))).toBe(hashOf(new Error("x")));
  expect(hashOf(new Error("x"))).not.toBe(hashOf(new TypeError("x")));
});

test("long results are compared exactly from 64 KiB on", () => {
  const long = "x".repeat(64 * 1024);
  expect(mask(`${long} 1`)).not.toBe(mask(`${long} 2`));
});

test.for([
  ["digits", "1"],
  ["digits and dots", "1."],
  ["hexadecimal", "a1"],
  ["blanks", "1 "],
  ["dashes", "1234abcd-"],
])("a hostile row of %s is masked in linear time", { timeout: 1_000 }, ([, unit]) => {
  expect(mask(`${unit!.repeat((60 * 1024) / unit!.length)}_`)).toEqual(expect.any(String));
});
