import type { FailureCircuit } from "./failure-circuit.ts";
import { insideCircuit, isInsideCircuit } from "./inside-circuit.ts";
import type { CallResult } from "./settle-circuit.ts";
import { read } from "../vocabulary/marks.ts";

type Fn = (...args: never[]) => unknown;

const AsyncFunction = (async () => {}).constructor;

/**
 * A function that asks the circuit before each call. A function that returns a promise rejects with a refusal, and any
 * other throws it.
 */
export function wrapped<F extends Fn>(
  circuit: FailureCircuit,
  judge: (result: unknown) => CallResult,
  fn: F,
): F {
  // A function that has returned a promise once is async, too.
  let isAsync = fn instanceof AsyncFunction;
  function guarded(this: unknown, ...args: never[]): unknown {
    const make = () => Reflect.apply(fn, this, args);
    if (isInsideCircuit(circuit)) return make();
    if (isAsync) return circuit.call(make);
    const permit = circuit.enter();
    let result: unknown;
    try {
      result = insideCircuit(circuit, make);
    } catch (error) {
      permit.failure(error);
      throw error;
    }
    if (!isThenable(result)) {
      if (judge(result) === "success") permit.success();
      else permit.failure();
      return result;
    }
    isAsync = true;
    return Promise.resolve(result).then(
      (value: unknown) => {
        if (judge(value) === "success") permit.success();
        else permit.failure();
        return value;
      },
      (error: unknown) => {
        permit.failure(error);
        throw error;
      },
    );
  }
  Object.defineProperties(guarded, { name: { value: fn.name }, length: { value: fn.length } });
  return guarded as unknown as F;
}

/** Whether a value is a promise, or a query that runs when the caller awaits it. Never throws. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof read(value, "then") === "function";
}
