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

/** What guard keeps of an outcome: hashes, and what the outcome says about itself. */
export interface OutcomeFingerprint {
  readonly exact: string;
  /** The hash of the masked text. */
  readonly masked: string;
  readonly failed: boolean;
  /** Guard knows what came back. */
  readonly isTold: boolean;
  /** For a failure: the hash of its text without numbers and words of retries. */
  readonly errorKey?: string;
  /** A failure that was returned as a result: a validator may find many faults. */
  readonly asResult: boolean;
  /** Guard can't see all of the outcome: a repeat counts half. */
  readonly opaque: boolean;
  /** A failure that passes by itself: too many requests, overloaded, timed out. */
  readonly transient: boolean;
  /** A success that says *not yet*. */
  readonly pending: boolean;
  /** The outcome says that there is nothing, or that something does not exist. */
  readonly empty: boolean;
  /** A success whose words report a refusal or an error. */
  readonly refusing: boolean;
  /** A success that says *done*, and nothing more. */
  readonly acknowledging: boolean;
  /** A success of a few words: the title of a page, or an acknowledgement in words of its own. */
  readonly brief: boolean;
  /** A success that is so long that the same one for another question is no coincidence. */
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

/** An outcome, or a failure that was returned as a result. */
export type ToldOutcome = Outcome & { readonly asResult?: true };

/** The outcome of a call whose result guard does not see. All such outcomes are equal. */
export const unseenOutcome: OutcomeFingerprint = { ...says, exact: "unknown", masked: "unknown" };

/** Words that retries put around an error. */
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
  // A result that guard does not know is not an empty one.
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

/** The words of an error, without those of retries. Its beginning says which error it is. */
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
