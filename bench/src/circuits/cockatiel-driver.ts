import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
  isIsolatedCircuitError,
  SamplingBreaker,
} from "cockatiel";
import { breakMs, type Driver, type MakeDriver } from "./driver.ts";
import { BadRequest, type Rule } from "./scenario.ts";

const names = {
  [CircuitState.Closed]: "closed",
  [CircuitState.Open]: "open",
  [CircuitState.HalfOpen]: "half-open",
  [CircuitState.Isolated]: "open",
} as const;

const breakers = {
  "three in a row": () => new ConsecutiveBreaker(3),
  "five in 5 s": () => new SamplingBreaker({ threshold: 0.99, duration: 5_000, minimumRps: 1 }),
};

/** cockatiel's circuit breaker. Its state is saved with `toJSON`. */
export const cockatielDriver: MakeDriver = (rule) => processWith(rule);

function processWith(rule: Rule, saved?: string): Driver {
  const policy = circuitBreaker(
    handleWhen((error) => !(error instanceof BadRequest)),
    {
      halfOpenAfter: breakMs,
      breaker: breakers[rule](),
      ...(saved === undefined ? {} : { initialState: JSON.parse(saved) as unknown }),
    },
  );
  let held: { dispose(): void } | undefined;
  return {
    get state() {
      return names[policy.state];
    },
    call: (fn) => policy.execute(fn),
    isRefusal: (error) => isBrokenCircuitError(error) || isIsolatedCircuitError(error),
    onEvents: (listener) => {
      policy.onSuccess(listener);
      policy.onFailure(listener);
      policy.onStateChange(listener);
    },
    hold: () => (held = policy.isolate()),
    // After a restart the handle is gone: cockatiel's way to free a circuit is a new handle.
    free: () => (held ?? policy.isolate()).dispose(),
    restarted: () => processWith(rule, JSON.stringify(policy)),
  };
}
