import { describe, expect, test } from "vitest";
import { hash, hashBytes } from "../../src/signature/hash.ts";

// The same wherever core runs, or a resumed run would not know its own signatures: these are of
// FIPS 180-2, appendix B, and of `printf '…' | sha256sum`.
describe("a hash is the beginning of a SHA-256", () => {
  test.each([
    ["abc", "ba7816bf8f01cfea414140de"],
    ["", "e3b0c44298fc1c149afbf4c8"],
    ["é", "4a99557e4033c3539de2eb65"],
    ["a half \ud800 of a pair", hash("a half \ufffd of a pair")],
  ])("of the text %j", (text, expected) => {
    expect(hash(text)).toBe(expected);
  });

  test("of bytes", () => {
    expect(hashBytes(new TextEncoder().encode("abc"))).toBe(hash("abc"));
  });
});
