import { withEstimate, withPolicy } from "../options/tool-settings.ts";
import { signCall } from "./sign-call.ts";
import type { Settings } from "../options/settings.ts";
import type { EventDraft } from "../vocabulary/events.ts";
import type { SignedCall } from "../rules/signed-call.ts";
import type { Call } from "../vocabulary/call.ts";
import type { Posting } from "../vocabulary/posting.ts";
import type { Reached } from "../budget/ceiling.ts";
import { type Expected, needOf } from "../budget/need.ts";

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

/** What a call needs and how the rules see it, from what is known about its tool. */
export function wantedOf(
  settings: Settings,
  agent: string,
  asked: Call,
  tell: (event: EventDraft) => void,
): Wanted {
  const call = withPolicy(settings, withEstimate(settings, asked));
  return { call, need: needOf(settings, call, tell), signed: signCall(settings, agent, call) };
}
