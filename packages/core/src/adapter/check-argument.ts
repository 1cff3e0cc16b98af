import { received } from "../options/received.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import { hasMethods } from "./has-methods.ts";

/** A kind of values: its name in an error, and whether a value is of that kind. */
export type Kind<Name extends string = string> = readonly [
  name: Name,
  is: (value: unknown) => boolean,
];

/** The kinds of values that core knows. Core names no framework. */
type GeneralKind =
  | "a registry"
  | "a breaker"
  | "a promise"
  | "a class"
  | "an array"
  | "a function"
  | "an object"
  | "a text";

/** What a function takes as an argument, and what to write where it receives something else. */
export interface Parameter<Name extends string = never> {
  /** The argument's name in the error. */
  readonly path: string;
  /** What the function takes. */
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
  /** The kinds of values that the framework has. The first one that fits names the value, before core's own kinds. */
  readonly kinds?: readonly Kind<Name>[];
  /** What to write where a value of this kind was passed. */
  readonly instead?: Readonly<Partial<Record<GeneralKind | Name, string>>>;
  /** What to write where any other value was passed. */
  readonly write: string;
}

/**
 * Checks an argument. The error names what was passed, and says what to write instead.
 *
 * @throws {OptionsError} for an argument that does not fit
 *
 * @example
 * checkArgument(agent, { path: "agent", expected: "an agent", fits: isAgent, write: "Write guardAgent(agent)." });
 * // agent: expected an agent, received a promise. Write guardAgent(agent).
 */
export function checkArgument<Name extends string = never>(
  value: unknown,
  { path, expected, fits, kinds, instead, write }: Parameter<Name>,
): void {
  if (fits(value)) return;
  const kind = kindOf(value, kinds);
  const what = kind === "a text" ? shown(value as string) : kind;
  const advice = (instead as Readonly<Record<string, string>> | undefined)?.[kind] ?? write;
  throw new OptionsError([`${path}: expected ${expected}, received ${what}. ${advice}`]);
}

/**
 * Checks a name that a user may leave out.
 *
 * @throws {OptionsError} for a name that is no text, and for an empty text
 */
export function checkName(name: unknown, path: string, write: string): void {
  checkArgument(name, { path, expected: "a text that is not empty", fits: isName, write });
}

/** The kind of a value, as an error names it. */
export function kindOf(value: unknown, kinds: readonly Kind[] = []): string {
  return [...kinds, ...general].find(([, is]) => is(value))?.[0] ?? received(value);
}

/**
 * What to write where a function takes a registry as its second argument: for a registry or a breaker in first place,
 * and for a promise.
 *
 * @param call how the call is written: `guardAgent(agent, registry)`
 */
export function sourceSecond(
  call: string,
): Readonly<Record<"a registry" | "a breaker" | "a promise", string>> {
  return {
    "a registry": `The registry is the second argument: write ${call}.`,
    "a breaker": `The breaker is the second argument: write ${call.replace("registry", "breaker")}.`,
    "a promise": `Write ${call.replace("(", "(await ")}.`,
  };
}

/** The kinds that `received` does not tell apart. */
const general: readonly Kind[] = [
  ["a promise", (value) => hasMethods(value, "then", "catch")],
  ["a class", (value) => typeof value === "function" && /^class\b/.test(String(value))],
  ["a text", (value) => typeof value === "string"],
];

const isName = (value: unknown) =>
  value === undefined || (typeof value === "string" && value !== "");

/** A short text without spaces may be a name, so the error shows it. A longer text may be a prompt. */
function shown(text: string): string {
  return text.length <= 50 && !/\s/.test(text) ? received(text) : "a text";
}
