import { withEstimate, withPolicy } from "../options/tool-settings.ts";
import { signCall } from "./sign-call.ts";
import type { Settings } from "../options/settings.ts";
import type { EventDraft } from "../vocabulary/events.ts";
import type { SignedCall } from "../evidence/signed-call.ts";
import type { Call } from "../vocabulary/call.ts";
import type { Posting } from "../vocabulary/posting.ts";
import type { LimitHit } from "../budget/limit-hit.ts";
import { type CallEstimate, estimateCall } from "../budget/call-estimate.ts";

/** A call that is asked for, with what it needs, and what the accounts that runs share say to that. */
export interface RequestedCall {
  readonly call: Call;
  readonly estimate: CallEstimate;
  /** What the rules are told of it. */
  readonly signed: SignedCall;
  /** Under which id the shared accounts hold what it needs; absent where they hold nothing. */
  readonly reservationId?: string | undefined;
  /** What that has changed in them. */
  readonly postings?: readonly Posting[];
  /** Which shared account refuses it. */
  readonly limitHit?: LimitHit | undefined;
}

/** What a call needs and how the rules see it, from what is known about its tool. */
export function requestedCall(
  settings: Settings,
  agent: string,
  asked: Call,
  tell: (event: EventDraft) => void,
): RequestedCall {
  const call = withPolicy(settings, withEstimate(settings, asked));
  return {
    call,
    estimate: estimateCall(settings, call, tell),
    signed: signCall(settings, agent, call),
  };
}
