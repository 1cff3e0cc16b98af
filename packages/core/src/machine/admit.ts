import { remainingMs, type HalfOpen, type MachineState, type Recovery } from "./state.ts";

/** Who asks: a lane, with a round of calls (then `token` names the permit) or with a model call. */
export interface Applicant {
  readonly lane: string;
  readonly kind: "round" | "model";
  readonly token: string;
}

/** The machine's answer; `next` is there when asking has moved it. */
export type Gate =
  | { readonly pass: "judged"; readonly next?: undefined }
  | { readonly pass: "probe"; readonly next: HalfOpen }
  | { readonly pass: "no"; readonly retryAfterMs?: number; readonly next?: HalfOpen };

/** May this be asked for now? Time moves the machine only here, when somebody asks. */
export function admit(
  state: MachineState,
  applicant: Applicant,
  now: number,
  recovery: Recovery,
): Gate {
  switch (state.status) {
    case "closed":
      return { pass: "judged" };
    case "open": {
      const wait = remainingMs(state, now);
      if (wait === Number.POSITIVE_INFINITY) return { pass: "no" };
      if (wait > 0) return { pass: "no", retryAfterMs: wait };
      return probe(
        {
          status: "half-open",
          attempt: state.attempt,
          trip: state.trip,
          claim: { lane: applicant.lane, until: now + recovery.leaseMs },
          leases: [],
        },
        applicant,
        now,
        recovery,
      );
    }
    case "half-open":
      return probe(state, applicant, now, recovery);
  }
}

function probe(state: HalfOpen, applicant: Applicant, now: number, recovery: Recovery): Gate {
  const leases = state.leases.filter((lease) => lease.until > now);
  const claimed = state.claim.until > now;
  if (claimed && state.claim.lane !== applicant.lane) {
    return { pass: "no", retryAfterMs: left(state.claim.until, now, recovery) };
  }
  if (leases.length >= recovery.probes) {
    const first = Math.min(...leases.map((lease) => lease.until));
    return { pass: "no", retryAfterMs: left(first, now, recovery) };
  }
  const until = now + recovery.leaseMs;
  const claim = { lane: applicant.lane, until };
  if (applicant.kind === "model") return { pass: "probe", next: { ...state, claim, leases } };
  const lease = { lane: applicant.lane, token: applicant.token, until };
  return { pass: "probe", next: { ...state, claim, leases: [...leases, lease] } };
}

/** Never longer than a lease: a clock that was set back can't lengthen the wait. */
function left(until: number, now: number, recovery: Recovery): number {
  return Math.min(Math.max(until - now, 0), recovery.leaseMs);
}
