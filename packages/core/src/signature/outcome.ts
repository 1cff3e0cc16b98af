import type { Outcome } from "../vocabulary/call.ts";
import { canonical, unreadable } from "./canonical.ts";
import { hash } from "./hash.ts";
import { mask } from "./mask.ts";

/** What is kept of an outcome: hashes, and what kind of an answer it is. */
export interface OutcomeFingerprint {
  readonly exact: string;
  /** Of what is left after masking. */
  readonly masked: string;
  readonly failed: boolean;
  /** For a failure: of its text without what changes from attempt to attempt. */
  readonly errorKey?: string;
  /** A failure that passes by itself: too many requests, overloaded, timed out. */
  readonly transient: boolean;
  /** The answer says that there is nothing, or that nothing was done. */
  readonly empty: boolean;
}

/** The outcome of a call that guard did not see come back; it equals itself. */
export const unseenOutcome: OutcomeFingerprint = {
  exact: "unknown",
  masked: "unknown",
  failed: false,
  transient: false,
  empty: false,
};

/** Words that retrying layers put around an error. */
const attemptWords = /\(?\b[\w-]*(?:attempt|backoff|request|retry|trace)[\w-]*[\s:=]*#*\)?/gi;

/** Failures after which a layer that knows its trade tries again. */
const passesByItself =
  /\b(?:429|503|529|rate.?limit\w*|too many requests|overloaded|temporar(?:y|ily)|timed? ?out|try again later|ECONNRESET|ETIMEDOUT)\b/i;

/** Answers that say there is nothing; a refusal by the other side says so as well. */
const nothingThere =
  /^\s*(?:|\[\s*\]|\{\s*\}|""|null|none|undefined|no (?:data|matches|results?)\b.{0,80}|not found\b.{0,80}|error\b.{0,200}|.{0,60}\b(?:4\d\d|5\d\d|denied|forbidden|blocked|invalid|not found|unauthori[sz]ed)\b.{0,60})\s*$/is;

/** An empty answer is short: longer ones are not looked at. */
const longestEmpty = 400;

const longestError = 2_000;

/** The fingerprint of an outcome. A success and a failure with the same text are different outcomes. */
export function outcomeFingerprint(outcome: Outcome): OutcomeFingerprint {
  const said = outcomeText(outcome);
  const text = `${outcome.status}\n${said}`;
  const failed = outcome.status === "failure";
  const masked = mask(text);
  // A result that was not told says nothing, not even that there is nothing.
  const isSaid =
    outcome.status === "failure" || (outcome.status === "success" && outcome.result !== undefined);
  const exact = hash(text);
  return {
    exact,
    masked: masked === text ? exact : hash(masked),
    failed,
    ...(failed ? { errorKey: hash(errorWords(masked)) } : {}),
    transient: failed && passesByItself.test(said.slice(0, longestError)),
    empty: isSaid && said.length <= longestEmpty && nothingThere.test(said),
  };
}

/** The words of an error, without those of retrying layers. The beginning says which error it is. */
function errorWords(masked: string): string {
  return masked.slice(0, longestError).replace(attemptWords, "").replaceAll(/\s+/g, " ").trim();
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.status) {
    case "success":
      return textOf(outcome.result);
    case "failure":
      return errorText(outcome.error);
    default:
      return "";
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : canonical(value);
}

function errorText(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : textOf(error);
  } catch {
    return unreadable;
  }
}
