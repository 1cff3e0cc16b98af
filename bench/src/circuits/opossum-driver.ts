import CircuitBreaker from "opossum";
import { breakMs, type Driver, type MakeDriver } from "./driver.ts";
import { BadRequest, type Rule } from "./scenario.ts";

// opossum has no rule for failures in a row. This is its nearest: more than half of at least three calls.
const opensAfter = {
  "three in a row": { volumeThreshold: 3, errorThresholdPercentage: 50 },
  "five in 5 s": { volumeThreshold: 5, errorThresholdPercentage: 99, rollingCountTimeout: 5_000 },
} as const;

/** opossum's circuit breaker. Its state is saved with `toJSON`. */
export const opossumDriver: MakeDriver = (rule) => processWith(rule);

/** opossum reads what `toJSON` has written, though its types don't say so. */
type Saved = CircuitBreaker.Options;

function processWith(rule: Rule, saved?: Saved): Driver {
  const breaker = new CircuitBreaker((fn: () => Promise<string>) => fn(), {
    ...opensAfter[rule],
    resetTimeout: breakMs,
    timeout: false, // opossum's time-out gives up on slow calls; the others let them end
    errorFilter: (error: unknown) => error instanceof BadRequest,
    ...saved,
  });
  return {
    get state() {
      if (breaker.halfOpen) return "half-open";
      return breaker.opened ? "open" : "closed";
    },
    call: (fn) => breaker.fire(fn),
    isRefusal: (error) => (error as { code?: unknown }).code === "EOPENBREAKER",
    onEvents: (listener) => {
      for (const name of ["success", "failure", "open", "close", "halfOpen"] as const) {
        breaker.on(name as "success", listener);
      }
    },
    hold: () => breaker.open(),
    free: () => breaker.close(),
    restarted: () => {
      const text = JSON.stringify(breaker);
      breaker.shutdown();
      return processWith(rule, JSON.parse(text) as Saved);
    },
  };
}
