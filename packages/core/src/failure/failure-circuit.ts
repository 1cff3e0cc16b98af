import type { FailureCircuitState } from "../vocabulary/circuit-refusal.ts";
import type { GuardEvent } from "../vocabulary/events.ts";
import type { CircuitStats } from "./circuit-stats.ts";
import type { Permit } from "./permit.ts";

/** The events of a failure circuit. A registry has them, too, under the name `circuit-transition` and so on. */
export type CircuitEventName =
  | "transition"
  | "success"
  | "failure"
  | "ignored"
  | "refusal"
  | "late";

/** Receives the events of a failure circuit. */
export type CircuitListener<Name extends CircuitEventName | "*"> = (
  event: Extract<
    GuardEvent,
    { type: Name extends "*" ? `circuit-${CircuitEventName}` : `circuit-${Name}` }
  >,
) => unknown;

/** Options of `call`. */
export interface CircuitCallOptions<Fallback> {
  /** Answers in place of a refused call. It receives the `CircuitRefusalError`. Default: `call` throws the error. */
  readonly fallback?: ((error: unknown) => Fallback | PromiseLike<Fallback>) | undefined;
  /** Whether `fallback` answers failed calls, too. Default: `false`. */
  readonly onFailure?: boolean | undefined;
  /** The caller's signal. After an abort no error of the call counts, and a probe makes room for another one. */
  readonly signal?: AbortSignal | undefined;
}

/** Who forces a circuit, and why. */
export interface ForceOptions {
  /** Who decides, such as `"ops"`. */
  readonly by?: string | undefined;
  /** The reason. Errors and events hold it. */
  readonly why?: string | undefined;
  /** When the force ends, in milliseconds since the epoch. Default: when you call `reset`. */
  readonly until?: number | undefined;
}

/**
 * A circuit breaker for something that can fail: a model's provider, the backend of a tool, an MCP server. It refuses calls
 * while the other side fails, and then lets a few probes through. {@link Registry.circuit} makes one.
 *
 * Wrap your retries in the circuit, not the circuit in your retries: then the circuit counts a call once.
 */
export interface FailureCircuit<Name extends string = string> {
  /** The circuit's name. */
  readonly name: Name;
  /** `closed`, `open` or `half-open`, by the registry's clock. */
  readonly state: FailureCircuitState;
  /** How often the circuit opened, for how long, how its probes went, and what this process has called. */
  readonly stats: CircuitStats;

  /**
   * Calls `fn`, or refuses the call. The errors of `fn` are thrown again, and its results come back, in every case. A call
   * inside a call of the same circuit is the same call: it counts once.
   *
   * @throws {CircuitRefusalError} if the circuit is open, and there is no `fallback`: `fn` has not run
   *
   * @example
   * const answer = await openai.call(() => client.responses.create(request), {
   *   fallback: () => "The assistant is not available right now.",
   * });
   */
  call<T, F = never>(
    fn: () => T | PromiseLike<T>,
    options?: CircuitCallOptions<F>,
  ): Promise<Awaited<T> | Awaited<F>>;

  /**
   * Returns a function of the same type: it makes the call, or throws a `CircuitRefusalError`. An async function stays async,
   * a sync one stays sync. `wrap` is also a standard decorator for methods.
   *
   * @example
   * const search = circuit.wrap((q: string) => backend.search(q));
   *
   * class Backend {
   *   @circuit.wrap
   *   async search(q: string) { … }
   * }
   */
  readonly wrap: <F extends (...args: never[]) => unknown>(
    fn: F,
    context?: Pick<ClassMethodDecoratorContext, "kind">,
  ) => F;

  /**
   * Asks for one call, for code that is no function. Tell the permit how the call went. With `using`, a permit that your
   * code leaves without `success()` has failed.
   *
   * If the registry's store answers later, as one over the network does, `enter` and sync functions of `wrap` decide by what
   * this process knows; `call` asks the store.
   *
   * @throws {CircuitRefusalError} if the circuit is open
   *
   * @example
   * using permit = circuit.enter();
   * for await (const part of stream) show(part);
   * permit.success();
   */
  enter(): Permit;

  /** Holds the circuit open: guard refuses every call. The promise resolves when the store knows it. */
  forceOpen(options?: ForceOptions): Promise<void>;
  /** Holds the circuit closed: guard refuses no call, and goes on counting. The promise resolves when the store knows it. */
  forceClose(options?: ForceOptions): Promise<void>;
  /** Lifts a force, closes the circuit, and forgets the failures. The promise resolves when the store knows it. */
  reset(): Promise<void>;

  /**
   * Calls `listener` for each event of that name, or with `"*"` for every event of this circuit, after the state has changed.
   * Returns a function that removes the listener. A listener that throws changes nothing.
   *
   * @throws {TypeError} for an event that does not exist, and for a listener that is no function
   *
   * @example
   * circuit.on("transition", ({ from, to }) => console.error(`openai: ${from} > ${to}`));
   */
  on<Event extends CircuitEventName | "*">(
    name: Event,
    listener: CircuitListener<Event>,
  ): () => void;
}
