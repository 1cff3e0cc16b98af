import type { SignedCall } from "../rules/rule.ts";
import type { Call } from "../vocabulary/call.ts";
import type { Posting } from "./balance.ts";
import type { Reached } from "./ceiling.ts";
import type { Expected } from "./need.ts";

/** A call that is asked for, with what it needs, and what the accounts that runs share say to that. */
export interface Wanted {
  readonly call: Call;
  readonly need: Expected;
  /** What the rules are told of it. */
  readonly signed: SignedCall;
  /** Under which id the shared accounts hold what it needs; absent where they hold nothing. */
  readonly hold?: string | undefined;
  /** What that has changed in them. */
  readonly postings?: readonly Posting[];
  /** Which shared account refuses it. */
  readonly reached?: Reached | undefined;
}
