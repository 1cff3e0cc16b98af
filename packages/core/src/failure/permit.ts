import type { CallResult } from "./settle-circuit.ts";

/**
 * One call that a failure circuit lets through. Tell it once how the call went; what you tell later changes nothing.
 *
 * @example
 * using permit = circuit.enter();
 * await upload(file);
 * permit.success();
 */
export interface Permit extends Disposable {
  /** The call succeeded. */
  success(): void;
  /** The call failed. An error that the circuit's options exclude does not count. */
  failure(error?: unknown): void;
  /** The call says nothing about the other side, for instance because a user stopped it. */
  ignore(): void;
}

/** How a permit ends: with an error that the circuit judges, or with a result. */
export type PermitEnd = { readonly error: unknown } | { readonly result: CallResult };

/** A permit that calls `end` once: with what it is told first, or with a failure when it is disposed. */
export function permit(end: (how: PermitEnd) => void): Permit {
  let hasEnded = false;
  const once = (how: PermitEnd) => {
    if (hasEnded) return;
    hasEnded = true;
    end(how);
  };
  return {
    success: () => once({ result: "success" }),
    failure: (...given: [error?: unknown]) =>
      once(given.length === 0 ? { result: "failure" } : { error: given[0] }),
    ignore: () => once({ result: "ignored" }),
    [Symbol.dispose]: () => once({ result: "failure" }),
  };
}
