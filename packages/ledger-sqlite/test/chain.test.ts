import canonicalize from "canonicalize";
import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { hashOf } from "../src/chain.ts";

test.for([
  ["columns in any order", { seq: 3, call: "c", agent: "a", b: "x", B: "y" }],
  ["quotes, control characters and other scripts", { a: '"\\\u0000\b\u001f\u007f/é\u2028😀' }],
  ["numbers", { a: 0, b: -0, c: 1e21, d: 1e-7, e: 9_007_199_254_740_991, f: 0.1 }],
  ["no columns", {}],
  ["a column whose name is no word", { 'a"b': "x" }],
] as const)("the hash is that of the RFC 8785 bytes: %s", ([, columns]) => {
  expect(hashOf(columns)).toBe(hash("sha256", canonicalize(columns)!));
});

test("a column without a value is left out", () => {
  expect(hashOf({ a: 1, b: null })).toBe(hashOf({ a: 1 }));
});

test.for([NaN, Infinity])("%s has no hash", (number) => {
  expect(() => hashOf({ turn: number })).toThrow(`turn: JSON can't write ${number}`);
});
