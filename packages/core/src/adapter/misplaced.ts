import { insideOf, type Breaker } from "../breaker/breaker.ts";

/** The ways to put guard in the wrong place. */
export type Misplacement = "unguarded" | "guarded-twice" | "breaker-per-call" | "shared-run";

/** The mistakes that this process has named on its console. */
const named = new Set<Misplacement>();

/**
 * Reports that guard is in the wrong place: as an event, and once a process and mistake on the console, unless
 * `warnings` is `false`.
 *
 * @param advice the mistake, and the line to write instead
 */
export function tellMisplaced(
  breaker: Breaker,
  type: Misplacement,
  agent: string,
  advice: string,
): void {
  const inside = insideOf(breaker);
  inside.tell({ type, agent, advice });
  if (!inside.settings.warnings || named.has(type)) return;
  named.add(type);
  console.warn(`guard: ${advice}`);
}

export const sharedAdvice: string =
  "two runs use one breaker at once, so they share its budget, and a stop of one run stops both. To give each run its own " +
  "breaker, pass createRegistry({ … }) in place of the breaker. To share the breaker on purpose, write " +
  "createBreaker({ shared: true, … }).";

export const twiceAdvice: string =
  "two registries or breakers guard the same run, so each of its calls counts twice. Make one registry, and give it to " +
  "every handler, middleware, model and tool of the agent.";
