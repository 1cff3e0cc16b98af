import * as v from "valibot";
import type { Amounts } from "../../vocabulary/spending.ts";

/** Reads a value that was stored: what comes out is new, and holds nothing that the type does not name. */
export type Shape<T> = v.GenericSchema<unknown, T>;

/** The fields of a type. */
export type Fields<T> = { readonly [Key in keyof T]-?: Shape<T[Key]> };

/** An object with exactly the fields of its type: the compiler says which are missing here. */
export function object<T extends object>(fields: Fields<T>): Shape<T> {
  return v.strictObject(fields) as unknown as Shape<T>;
}

/** One of the names of a type: the compiler says which are missing here. */
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

/** Far above anything that is counted, and low enough to count on from there. */
const largestCount = 1e15;

/** How many there are. */
export const count: Shape<number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.maxValue(largestCount),
);

/** The same where what was stored by an older version does not say it: then there were none. */
export const countOrNone: Shape<number> = v.optional(count, 0);

/** How many, in the unit of a rule: an unseen outcome counts half. */
export const weight: Shape<number> = v.pipe(
  v.number(),
  v.finite(),
  v.minValue(0),
  v.maxValue(largestCount),
);

/** A figure that may be of any size: a price, a limit, or a moment that is far away. */
export const figure: Shape<number> = v.pipe(v.number(), v.finite(), v.minValue(0));

/** The last moment that a date can have. */
const latest = 8.64e15;

/** A moment that was, in milliseconds since the epoch. */
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

/** The same where there may be none. */
export const maybe = <T>(shape: Shape<T>): Shape<T | undefined> => v.optional(shape);

/** The same where the field may be missing, and is not `undefined`. */
export const missing = <T>(shape: Shape<T>): Shape<T> => v.exactOptional(shape);

function isPlain(input: unknown): boolean {
  return !Array.isArray(input) && !Object.hasOwn(Object(input), "__proto__");
}
