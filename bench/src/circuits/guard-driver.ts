import { CircuitRefusalError, createRegistry, memoryStore, type Store } from "@guard/core";
import { breakMs, type Driver, type MakeDriver } from "./driver.ts";
import { BadRequest, type Rule } from "./scenario.ts";

const opensAfter = {
  "three in a row": { failureThreshold: 3 },
  "five in 5 s": { failureThreshold: 5, windowMs: 5_000 },
} as const;

/** guard's failure circuit. Its store outlives the process. */
export const guardDriver: MakeDriver = (rule) => processWith(memoryStore({ clock }), rule);

const clock = () => Date.now();

function processWith(store: Store, rule: Rule): Driver {
  const circuit = createRegistry({ store, ports: { clock, random: () => 0 } }).circuit("service", {
    ...opensAfter[rule],
    recoveryTimeoutMs: breakMs,
    slowCallMs: 1_000,
    excluded: [BadRequest],
  });
  return {
    get state() {
      return circuit.state;
    },
    call: (fn) => circuit.call(fn),
    isRefusal: (error) => CircuitRefusalError.isInstance(error),
    onEvents: (listener) => void circuit.on("*", listener),
    hold: () => circuit.forceOpen(),
    free: () => circuit.reset(),
    restarted: () => processWith(store, rule),
  };
}
