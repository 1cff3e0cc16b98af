import { withEstimate, withPolicy } from "../options/tool-settings.ts";
import { signCall } from "./sign-call.ts";
import type { Settings } from "../options/settings.ts";
import type { EventDraft } from "../vocabulary/events.ts";
import type { SignedCall } from "../evidence/signed-call.ts";
import type { Call } from "../vocabulary/call.ts";
import type { Posting } from "../vocabulary/posting.ts";
import type { LimitHit } from "../budget/limit-hit.ts";
import { type CallEstimate, estimateCall } from "../budget/call-estimate.ts";

/** A requested call, with what it needs, and the answer of the shared accounts. */
export interface RequestedCall {
  readonly call: Call;
  readonly estimate: CallEstimate;
  /** The call as the rules see it. */
  readonly signed: SignedCall;
  /** The id under which shared accounts hold what the call needs. Absent if they hold nothing. */
  readonly reservationId?: string | undefined;
  /** The changes in the shared accounts. */
  readonly postings?: readonly Posting[];
  /** The limit of a shared account that refuses the call. */
  readonly limitHit?: LimitHit | undefined;
}

/** What a call needs, and how the rules see it, from the options of its tool. */
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
