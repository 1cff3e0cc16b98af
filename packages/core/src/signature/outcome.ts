import type { Outcome } from "../vocabulary/call.ts";
import { canonical, opaque, unreadable } from "./canonical.ts";
import { hash } from "./hash.ts";
import { maskNumbers, maskVolatile } from "./mask.ts";
import { plainResult } from "./plain-result.ts";
import {
  findsNothing,
  isAcknowledging,
  isEmpty,
  isNotFound,
  isPending,
  isRefusal,
  isTransient,
} from "./says.ts";

/** What is kept of an outcome: hashes, and what it says about itself. */
export interface OutcomeFingerprint {
  readonly exact: string;
  /** Of what is left after masking. */
  readonly masked: string;
  readonly failed: boolean;
  /** Guard was told what came back, and not only that something did. */
  readonly isTold: boolean;
  /** For a failure: of its text without what changes from attempt to attempt. */
  readonly errorKey?: string;
  /** A failure that came back as a result: a validator may find many faults. */
  readonly asResult: boolean;
  /** Guard can't see all of it: equal to another one it counts half. */
  readonly opaque: boolean;
  /** A failure that passes by itself: too many requests, overloaded, timed out. */
  readonly transient: boolean;
  /** A success that says *not yet*. */
  readonly pending: boolean;
  /** It says that there is nothing, or that what was asked for does not exist. */
  readonly empty: boolean;
  /** A success that says in words that the other side refuses, or that something went wrong. */
  readonly refusing: boolean;
  /** A success that says *done*, and nothing more. */
  readonly acknowledging: boolean;
  /** A success of a few words: the title of a page, or an acknowledgement in words of its own. */
  readonly brief: boolean;
  /** A success so long that the same one to another question is no coincidence. */
  readonly long: boolean;
}

const says = {
  failed: false,
  isTold: false,
  asResult: false,
  opaque: false,
  transient: false,
  pending: false,
  empty: false,
  refusing: false,
  acknowledging: false,
  brief: false,
  long: false,
} as const;

/** An outcome, or a failure that came back as a result. */
export type ToldOutcome = Outcome & { readonly asResult?: true };

/** The outcome of a call that guard did not see come back; it equals itself. */
export const unseenOutcome: OutcomeFingerprint = { ...says, exact: "unknown", masked: "unknown" };

/** Words that retrying layers put around an error. */
const attemptWords = /\(?\b[\w-]*(?:attempt|backoff|request|retry|trace)[\w-]*[\s:=]*#*\)?/gi;

const longestError = 2_000;
const longResult = 200;
const briefResult = 60;

/** The fingerprint of an outcome. A success and a failure with the same text are different outcomes. */
export function outcomeFingerprint(outcome: ToldOutcome): OutcomeFingerprint {
  if (outcome.status === "failure") {
    const { error, asResult = false } = outcome;
    return { ...failureFingerprint(errorText(error)), asResult };
  }
  const said = outcome.status === "success" ? textOf(outcome.result) : "";
  const text = `${outcome.status}\n${said}`;
  const masked = maskVolatile(text);
  const exact = hash(text);
  // A result that was not told says nothing, not even that there is nothing.
  const isTold = outcome.status === "success" && outcome.result !== undefined;
  return {
    ...says,
    exact,
    masked: masked === text ? exact : hash(masked),
    isTold,
    opaque: said.includes(opaque),
    pending: isPending(said),
    empty: isTold && (isEmpty(said) || isNotFound(said)),
    refusing: isRefusal(said),
    acknowledging: isTold && isAcknowledging(said),
    brief: said.length <= briefResult && !/[:\n{[]/.test(said),
    long: said.length >= longResult,
  };
}

function failureFingerprint(said: string): OutcomeFingerprint {
  const masked = maskNumbers(`failure\n${said}`);
  return {
    ...says,
    exact: hash(`failure\n${said}`),
    masked: hash(masked),
    failed: true,
    isTold: true,
    errorKey: hash(errorWords(masked)),
    opaque: said.includes(opaque),
    transient: isTransient(said.slice(0, longestError)),
    empty: isNotFound(said) || findsNothing(said),
  };
}

/** The words of an error, without those of retrying layers. The beginning says which error it is. */
function errorWords(masked: string): string {
  return masked.slice(0, longestError).replace(attemptWords, "").replaceAll(/\s+/g, " ").trim();
}

function textOf(value: unknown): string {
  const plain = plainResult(value);
  return typeof plain === "string" ? plain : canonical(plain);
}

function errorText(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : textOf(error);
  } catch {
    return unreadable;
  }
}
