import type { OnTrip, PresetName, Reason } from "@guard/core";

/** Ways of running an agent, and of going on when it was stopped. */
export const ways = [
  "invoke",
  "stream",
  "batch",
  "parallel calls",
  "nested agent",
  "another framework's agent",
  "workflow",
  "network",
  "tool that catches everything",
  "retry",
  "fallback model",
  "resume",
  "abort",
] as const;
export type Way = (typeof ways)[number];

/** Why a run is stopped. */
export const trips = ["loop", "budget", "delegation", "failure"] as const satisfies Reason[];
export type Trip = (typeof trips)[number];

/** How a trip reaches the caller. */
export const exits = ["throw", "finish", "wind-down", "route", "ask"] as const satisfies OnTrip[];
export type Exit = (typeof exits)[number];

export const presetNames = ["strict", "balanced", "patient"] as const satisfies PresetName[];

export interface Combination {
  readonly way: Way;
  readonly trip: Trip;
  readonly exit: Exit;
  readonly preset: PresetName;
}

/** Every combination there could be. */
export const combinations: readonly Combination[] = ways.flatMap((way) =>
  trips.flatMap((trip) =>
    exits.flatMap((exit) => presetNames.map((preset) => ({ way, trip, exit, preset }))),
  ),
);
