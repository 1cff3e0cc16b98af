import { newContext } from "../ports/async-context.ts";

/** A call that a circuit has let through, and the calls around it. */
interface Inside {
  readonly circuit: object;
  readonly around: Inside | undefined;
  isOver: boolean;
}

const context = newContext();

/** Runs `fn` as a call that the circuit has let through. */
export function insideCircuit<T>(circuit: object, fn: () => T): T {
  if (context === undefined) return fn();
  const inside: Inside = {
    circuit,
    around: context.getStore() as Inside | undefined,
    isOver: false,
  };
  // What the call leaves behind, such as a worker, is not part of the call.
  const over = () => void (inside.isOver = true);
  let made: T | undefined;
  try {
    return (made = context.run(inside, fn));
  } finally {
    if (isPromise(made)) made.then(over, over);
    else over();
  }
}

/** Not for other objects with `then`: asking a query of a database runs it. */
function isPromise(value: unknown): value is Promise<unknown> {
  try {
    return value instanceof Promise;
  } catch {
    return false; // a proxy may throw
  }
}

/**
 * Whether the circuit has let through the call in which you ask this. A call inside `circuit.call`, of the circuit or of a model,
 * is the same call: it must not count twice, and it must not ask for the permit that its own probe holds.
 */
export function isInsideCircuit(circuit: object): boolean {
  let inside = context?.getStore() as Inside | undefined;
  while (inside !== undefined && (inside.circuit !== circuit || inside.isOver)) {
    inside = inside.around;
  }
  return inside !== undefined;
}
