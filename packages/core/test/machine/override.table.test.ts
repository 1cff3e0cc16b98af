import { describe, expect, test } from "vitest";
import {
  allowanceFor,
  extensionFor,
  grantFor,
  inForce,
  usedUp,
} from "../../src/machine/override.ts";
import type { Allowance, Force, Grant, Override } from "../../src/vocabulary/override.ts";

type Extension = Extract<Override, { readonly extend: object }>;

const now = 1_000;
const said = { by: "ops", why: "x", at: 0 } as const;

const force = (id: string, to: Force["force"], until?: number): Force => ({
  ...said,
  id,
  force: to,
  ...(until === undefined ? {} : { until }),
});
const allow = (id: string, signature: string, times: number, until?: number): Allowance => ({
  ...said,
  id,
  allow: signature,
  times,
  ...(until === undefined ? {} : { until }),
});
const grant = (id: string, kind: Grant["grant"], times: number, until?: number): Grant => ({
  ...said,
  id,
  grant: kind,
  times,
  ...(until === undefined ? {} : { until }),
});
const extend = (
  id: string,
  ceilings: Extension["extend"],
  account: string,
  until?: number,
): Extension => ({
  ...said,
  id,
  extend: ceilings,
  account,
  ...(until === undefined ? {} : { until }),
});

describe("the force that holds", () => {
  test.each<[name: string, overrides: readonly Override[], id: string | undefined]>([
    ["no override", [], undefined],
    ["one without an end", [force("f", "open")], "f"],
    ["the latest of two", [force("f", "open"), force("g", "closed")], "g"],
    [
      "the earlier one, if the latest has ended",
      [force("f", "open"), force("g", "closed", now)],
      "f",
    ],
    ["one that ends a millisecond later", [force("f", "open", now + 1)], "f"],
    ["none, if the only one ends now", [force("f", "open", now)], undefined],
    [
      "a later override of another kind is no force",
      [force("f", "open"), grant("g", "tool", 1)],
      "f",
    ],
    ["only other kinds", [grant("g", "tool", 1), allow("a", "s", 1)], undefined],
  ])("%s", (_, overrides, id) => {
    expect(inForce(overrides, now)?.id).toBe(id);
  });
});

describe("the allowance for a signature", () => {
  test.each<[name: string, overrides: readonly Override[], id: string | undefined]>([
    ["no override", [], undefined],
    ["one for this signature", [allow("a", "s", 1)], "a"],
    ["one for another signature", [allow("a", "t", 1)], undefined],
    ["the first of two that hold", [allow("a", "s", 1), allow("b", "s", 1)], "a"],
    ["the second, if the first is used up", [allow("a", "s", 0), allow("b", "s", 1)], "b"],
    ["the second, if the first has ended", [allow("a", "s", 9, now), allow("b", "s", 1)], "b"],
    ["one that was used more often than allowed", [allow("a", "s", -1)], undefined],
    [
      "a force and a grant are no allowance",
      [force("f", "closed"), grant("g", "tool", 1)],
      undefined,
    ],
  ])("%s", (_, overrides, id) => {
    expect(allowanceFor(overrides, "s", now)?.id).toBe(id);
  });
});

describe("the grant for a kind of call", () => {
  test.each<[name: string, overrides: readonly Override[], id: string | undefined]>([
    ["no override", [], undefined],
    ["one for this kind", [grant("g", "tool", 1)], "g"],
    ["one for another kind", [grant("g", "model", 1)], undefined],
    ["the first of two that hold", [grant("g", "tool", 1), grant("h", "tool", 1)], "g"],
    ["the second, if the first is used up", [grant("g", "tool", 0), grant("h", "tool", 1)], "h"],
    [
      "the second, if the first has ended",
      [grant("g", "tool", 9, now), grant("h", "tool", 1)],
      "h",
    ],
    [
      "a force and an allowance are no grant",
      [force("f", "closed"), allow("a", "tool", 1)],
      undefined,
    ],
  ])("%s", (_, overrides, id) => {
    expect(grantFor(overrides, "tool", now)?.id).toBe(id);
  });
});

test("one use takes one time off the override that was used, and changes no other", () => {
  const others = [allow("b", "s", 3), force("f", "open"), extend("e", { usd: 1 }, "run")];
  expect(usedUp([allow("a", "s", 2), ...others], "a")).toEqual([allow("a", "s", 1), ...others]);
  expect(usedUp(others, "f")).toEqual(others);
});

describe("what overrides add to the limits of an account", () => {
  test.each<[name: string, overrides: readonly Override[], sum: object]>([
    ["no override", [], {}],
    ["one", [extend("e", { usd: 5, tokens: 10 }, "run")], { usd: 5, tokens: 10 }],
    [
      "the sum of several, for each ceiling",
      [extend("e", { usd: 5 }, "run"), extend("f", { usd: 2, modelCalls: 1 }, "run")],
      { usd: 7, modelCalls: 1 },
    ],
    ["not one for another account", [extend("e", { usd: 5 }, "user:42")], {}],
    ["not one that ends now", [extend("e", { usd: 5 }, "run", now)], {}],
    ["one that ends a millisecond later", [extend("e", { usd: 5 }, "run", now + 1)], { usd: 5 }],
    [
      "a ceiling that was left undefined adds 0",
      [extend("e", { usd: undefined }, "run")],
      { usd: 0 },
    ],
    ["no other kind", [force("f", "closed"), grant("g", "tool", 1), allow("a", "run", 1)], {}],
  ])("%s", (_, overrides, sum) => {
    expect(extensionFor(overrides, "run", now)).toEqual(sum);
  });
});
