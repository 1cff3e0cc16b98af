import { newContext } from "../ports/async-context.ts";

const context = newContext();

/** Runs `fn` as a call that the circuit has let through. */
export function insideCircuit<T>(circuit: object, fn: () => T): T {
  return context === undefined ? fn() : context.run(new Set([...entered(), circuit]), fn);
}

/**
 * Whether the circuit has let through the call in which you ask this. A model call inside `circuit.call` is the same call: it
 * must not count twice, and it must not ask for the permit that its own probe holds.
 */
export function isInsideCircuit(circuit: object): boolean {
  return entered().has(circuit);
}

function entered(): ReadonlySet<object> {
  const store = context?.getStore();
  return store instanceof Set ? store : new Set();
}
