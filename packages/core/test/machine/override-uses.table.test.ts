import { describe, expect, test } from "vitest";
import { holding, isOver } from "../../src/machine/override.ts";
import {
  sumOfUses,
  takeUses,
  usesBetween,
  usesFor,
  withOnly,
  withUses,
  type Uses,
} from "../../src/machine/override-uses.ts";
import type { Allowance, Force, Grant, Override } from "../../src/vocabulary/override.ts";

const said = { by: "ops", why: "test", at: 0 };
const allow = (id: string, signature: string, times: number): Allowance => ({
  ...said,
  id,
  allow: signature,
  times,
});
const grant = (id: string, kind: Grant["grant"], times: number): Grant => ({
  ...said,
  id,
  grant: kind,
  times,
});
const force: Force = { ...said, id: "f", force: "closed" };

const uses = (given: Readonly<Record<string, number>>): Uses => new Map(Object.entries(given));
const figures = (given: Uses) => Object.fromEntries(given);
const timesLeft = (overrides: readonly Override[]) =>
  overrides.map((one) => ("times" in one ? `${one.id} ${one.times}` : one.id));

describe("the uses that calls may need", () => {
  const search = { kind: "tool", signature: "search" } as const;
  const model = { kind: "model", signature: "m" } as const;
  test.each<
    [
      name: string,
      overrides: readonly Override[],
      calls: Parameters<typeof usesFor>[1],
      isStopped: boolean,
      uses: Readonly<Record<string, number>>,
    ]
  >([
    ["no override", [], [search], true, {}],
    ["a force has no uses", [force], [search], true, {}],
    ["an allowance of another signature", [allow("a", "fetch", 2)], [search], false, {}],
    ["an allowance, for each call", [allow("a", "search", 5)], [search, search], false, { a: 2 }],
    ["no more than are left", [allow("a", "search", 1)], [search, search], false, { a: 1 }],
    [
      "the next allowance takes over",
      [allow("a", "search", 1), allow("b", "search", 1)],
      [search, search],
      false,
      { a: 1, b: 1 },
    ],
    ["a grant, while the run is stopped", [grant("g", "tool", 2)], [search], true, { g: 1 }],
    ["a grant of a run that goes on", [grant("g", "tool", 2)], [search], false, {}],
    ["a grant of another kind", [grant("g", "model", 2)], [search], true, {}],
    [
      "an allowance and a grant",
      [allow("a", "search", 1), grant("g", "tool", 1)],
      [search],
      true,
      { a: 1, g: 1 },
    ],
    [
      "each call its own",
      [grant("g", "tool", 9), grant("h", "model", 9)],
      [search, model],
      true,
      { g: 1, h: 1 },
    ],
    ["one whose time is over", [{ ...allow("a", "search", 2), until: 100 }], [search], false, {}],
  ])("%s", (_, overrides, calls, isStopped, expected) => {
    expect(figures(usesFor(overrides, calls, isStopped, 100))).toEqual(expected);
  });
});

describe("taking uses", () => {
  test.each<
    [
      name: string,
      wanted: Readonly<Record<string, number>>,
      taken: Readonly<Record<string, number>>,
      left: readonly string[],
    ]
  >([
    ["none", {}, {}, ["a 3", "f", "g 1"]],
    ["as many as are wanted", { a: 2 }, { a: 2 }, ["a 1", "f", "g 1"]],
    ["as many as are left", { a: 5, g: 1 }, { a: 3, g: 1 }, ["a 0", "f", "g 0"]],
    ["of an override that is gone", { x: 2 }, { x: 0 }, ["a 3", "f", "g 1"]],
    ["of an override without uses", { f: 1 }, { f: 0 }, ["a 3", "f", "g 1"]],
  ])("%s", (_, wanted, taken, left) => {
    const overrides = [allow("a", "search", 3), force, grant("g", "model", 1)];
    const done = takeUses(overrides, uses(wanted));
    expect([figures(done.taken), timesLeft(done.left)]).toEqual([taken, left]);
    expect(timesLeft(overrides)).toEqual(["a 3", "f", "g 1"]);
  });
});

test("uses are given back, never below 0, and never to an override without uses", () => {
  const overrides = [allow("a", "search", 1), force, grant("g", "model", 2)];
  expect(timesLeft(withUses(overrides, uses({ a: 2, f: 3, g: -5 })))).toEqual(["a 3", "f", "g 0"]);
  expect(withUses(overrides, uses({}))[0]).toBe(overrides[0]);
});

test("withOnly sets the uses that it is given, and leaves the others", () => {
  const overrides = [allow("a", "search", 1), force, grant("g", "model", 2)];
  expect(timesLeft(withOnly(overrides, uses({ a: 7, f: 1 })))).toEqual(["a 7", "f", "g 2"]);
  expect(timesLeft(withOnly(overrides, uses({ g: 0 })))).toEqual(["a 1", "f", "g 0"]);
});

test("usesBetween tells what calls have used; an override that is gone counts as unused", () => {
  const before = [allow("a", "search", 3), force, grant("g", "model", 2), allow("x", "y", 1)];
  const after = [allow("a", "search", 1), force, grant("g", "model", 2)];
  expect(figures(usesBetween(before, after))).toEqual({ a: 2 });
});

test("sumOfUses adds, takes away, and leaves out what comes to 0", () => {
  const sum = sumOfUses(uses({ a: 1, b: 2 }), uses({ a: 2, c: 1 }), uses({ b: 2, d: 1 }));
  expect(figures(sum)).toEqual({ a: 3, c: 1, d: -1 });
});

describe("the overrides that hold", () => {
  test.each<[name: string, override: Override, isOverNow: boolean, holds: boolean]>([
    ["without an end", force, false, true],
    ["before its end", { ...force, until: 101 }, false, true],
    ["at its end", { ...force, until: 100 }, true, false],
    ["used up", allow("a", "s", 0), false, false],
    ["with a use left", allow("a", "s", 1), false, true],
  ])("%s", (_, override, isOverNow, holds) => {
    expect(isOver(override, 100)).toBe(isOverNow);
    expect(holding([override], 100)).toEqual(holds ? [override] : []);
  });
});
