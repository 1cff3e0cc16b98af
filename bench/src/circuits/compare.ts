import { cockatielDriver } from "./cockatiel-driver.ts";
import type { MakeDriver } from "./driver.ts";
import { guardDriver } from "./guard-driver.ts";
import { opossumDriver } from "./opossum-driver.ts";
import { playScenario, type Outcome } from "./play-scenario.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

const drivers = {
  guard: guardDriver,
  cockatiel: cockatielDriver,
  opossum: opossumDriver,
} as const satisfies Record<string, MakeDriver>;

export type Library = keyof typeof drivers;
export const libraries = Object.keys(drivers) as readonly Library[];

/** A scenario, and how it ended with each library. */
export interface Compared {
  readonly scenario: Scenario;
  readonly outcomes: Readonly<Record<Library, Outcome>>;
}

/** Plays every scenario with every library, one after the other: they share one fake time. */
export async function compareLibraries(): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  for (const scenario of scenarios) {
    const outcomes: Partial<Record<Library, Outcome>> = {};
    for (const library of libraries) {
      outcomes[library] = await playScenario(scenario, drivers[library]);
    }
    compared.push({ scenario, outcomes: outcomes as Record<Library, Outcome> });
  }
  return compared;
}
