import {
  closed,
  remainingMs,
  type Closed,
  type HalfOpen,
  type MachineState,
  type Open,
  type Recovery,
} from "./state.ts";

/** Who asks: a lane, for a round of calls (then `token` names the permit) or for a model call. */
export interface Applicant {
  readonly lane: string;
  readonly kind: "round" | "model";
  readonly token: string;
  /** Whether it may probe. A run that began before the trip may not. */
  readonly mayProbe: boolean;
}

/** The machine's answer. `next` is set if the question has moved the machine. */
export type Gate =
  | { readonly pass: "judged"; readonly next?: Closed }
  | { readonly pass: "probe"; readonly next: HalfOpen }
  | { readonly pass: "no"; readonly retryAfterMs?: number; readonly next?: HalfOpen | Open };

/** May this call start now? Time moves the machine only here, when a lane asks. */
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
      if (!state.trip.recovers) {
        return wait > 0 ? { pass: "no", retryAfterMs: wait } : { pass: "judged", next: closed };
      }
      // The clock was set back: count the break from now, or it would last until the clock has
      // caught up with the trip.
      if (now < state.openedAt) {
        const trip = { ...state.trip, at: now };
        return { pass: "no", retryAfterMs: wait, next: { ...state, openedAt: now, trip } };
      }
      if (wait > 0) return { pass: "no", retryAfterMs: wait };
      if (!applicant.mayProbe) return { pass: "no" };
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
      if (!applicant.mayProbe) return { pass: "no" };
      return probe(state, applicant, now, recovery);
  }
}

function probe(before: HalfOpen, applicant: Applicant, now: number, recovery: Recovery): Gate {
  const state = inTime(before, now, recovery);
  const wait = permitMs(state, applicant.lane, now, recovery);
  if (wait > 0) return { pass: "no", retryAfterMs: wait, next: state };
  const until = now + recovery.leaseMs;
  const claim = { lane: applicant.lane, until };
  if (applicant.kind === "model") return { pass: "probe", next: { ...state, claim } };
  const lease = { lane: applicant.lane, token: applicant.token, until };
  return { pass: "probe", next: { ...state, claim, leases: [...state.leases, lease] } };
}

/** How long a lane has to wait until it may probe. 0 if a permit is free. */
export function permitMs(state: HalfOpen, lane: string, now: number, recovery: Recovery): number {
  const { claim, leases } = inTime(state, now, recovery);
  if (claim.until > now && claim.lane !== lane) return claim.until - now;
  if (leases.length < recovery.probes) return 0;
  return Math.min(...leases.map((lease) => lease.until)) - now;
}

/** The leases that still hold. None ends later than a lease that begins now. */
function inTime(state: HalfOpen, now: number, { leaseMs }: Recovery): HalfOpen {
  const latest = now + leaseMs;
  const { claim } = state;
  return {
    ...state,
    claim: { ...claim, until: Math.min(claim.until, latest) },
    leases: state.leases
      .filter((lease) => lease.until > now)
      .map((lease) => ({ ...lease, until: Math.min(lease.until, latest) })),
  };
}
