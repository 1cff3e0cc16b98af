import { trip } from "./trip.ts";
import { closed, type HalfOpen, type MachineState, type Recovery } from "./state.ts";

/**
 * What a probing round has brought: `news` (a new signature, or a known one with a changed outcome),
 * `same` (the loop goes on), or `nothing` (ignored, aborted: no judgement).
 */
export type ProbeResult = "news" | "same" | "nothing";

/** The state after a probe: closed by news, open for longer by the same again, else a free permit. */
export function endProbe(
  state: HalfOpen,
  token: string,
  result: ProbeResult,
  now: number,
  chance: number,
  recovery: Recovery,
): MachineState {
  // The lease of this round has expired, and another round has its permit.
  if (!state.leases.some((lease) => lease.token === token)) return state;
  switch (result) {
    case "news":
      return closed;
    case "same":
      return trip(state, { ...state.trip, at: now }, now, chance, recovery);
    case "nothing":
      return { ...state, leases: state.leases.filter((lease) => lease.token !== token) };
  }
}
