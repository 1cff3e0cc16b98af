import { cooldown } from "./cooldown.ts";
import type { MachineState, Open, Recovery, Trip } from "./state.ts";

/** Opens the circuit, or opens it again, for longer, after a probe. */
export function trip(
  state: MachineState,
  cause: Trip,
  now: number,
  chance: number,
  recovery: Recovery,
): Open {
  const attempt = state.status === "closed" ? 1 : state.attempt + 1;
  return {
    status: "open",
    openedAt: now,
    cooldownMs: cooldown(recovery, attempt, chance),
    attempt,
    trip: cause,
  };
}
