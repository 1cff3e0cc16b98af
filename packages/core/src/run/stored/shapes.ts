import * as v from "valibot";
import type { Amounts } from "../../vocabulary/spending.ts";

/** Reads a stored value. The result is a copy, and has only the fields of its type. */
export type Shape<T> = v.GenericSchema<unknown, T>;

/** The fields of a type. */
export type Fields<T> = { readonly [Key in keyof T]-?: Shape<T[Key]> };

/** An object with exactly the fields of its type. The compiler reports missing ones. */
export function object<T extends object>(fields: Fields<T>): Shape<T> {
  return v.strictObject(fields) as unknown as Shape<T>;
}

/** One of the names of a type. The compiler reports missing ones. */
export function oneOf<Name extends string>(
  names: Readonly<Record<Name, true>>,
): v.GenericSchema<Name, Name> {
  return v.picklist(Object.keys(names) as Name[]);
}

/** A list. */
export function list<T>(item: Shape<T>): Shape<T[]> {
  return v.array(item);
}

/** The entries of a map. */
export function entries<T>(value: Shape<T>): Shape<[string, T][]> {
  const isOnceEach = (all: [string, T][]) => new Set(all.map(([key]) => key)).size === all.length;
  return v.pipe(v.array(v.strictTuple([text, value])), v.check(isOnceEach, "has a key twice"));
}

/** Reads the key of a record. */
type KeyShape = v.GenericSchema<string, string>;

/** An object whose keys are data. */
export function record<T>(key: KeyShape, value: Shape<T>): Shape<Record<string, T>> {
  return v.pipe(v.unknown(), v.check(isPlain, "is no plain object"), v.record(key, value));
}

export const text: v.StringSchema<undefined> = v.string();
export const flag: Shape<boolean> = v.boolean();

/** Far above any real count, and low enough to go on counting. */
const largestCount = 1e15;

/** How many there are. */
export const count: Shape<number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.maxValue(largestCount),
);

/** The same for a field that older versions don't store: then it is 0. */
export const countOrNone: Shape<number> = v.optional(count, 0);

/** A count in the unit of a rule: an unknown outcome counts half. */
export const weight: Shape<number> = v.pipe(
  v.number(),
  v.finite(),
  v.minValue(0),
  v.maxValue(largestCount),
);

/** A figure of any size: a price, a limit, or a moment far away. */
export const figure: Shape<number> = v.pipe(v.number(), v.finite(), v.minValue(0));

/** The last moment that a date can have. */
const latest = 8.64e15;

/** A past moment, in milliseconds since the epoch. */
export const moment: Shape<number> = v.pipe(
  v.number(),
  v.finite(),
  v.minValue(0),
  v.maxValue(latest),
);

/** Sums of the largest amounts that can be booked stay far below, and far from infinity. */
const largestSum = 1e24;

const sum: Shape<number> = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(largestSum));

export const amountFields: Fields<Amounts> = { tokens: sum, nanoUsd: sum };

export const amounts: Shape<Amounts> = object(amountFields);

/** The same, or `undefined`. */
export const maybe = <T>(shape: Shape<T>): Shape<T | undefined> => v.optional(shape);

/** The same for a field that may be missing, but not `undefined`. */
export const missing = <T>(shape: Shape<T>): Shape<T> => v.exactOptional(shape);

function isPlain(input: unknown): boolean {
  return !Array.isArray(input) && !Object.hasOwn(Object(input), "__proto__");
}
