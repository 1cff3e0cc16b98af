import { checkFunction, checkListener } from "../options/check-value.ts";
import { CircuitRefusalError } from "../vocabulary/circuit-refusal.ts";
import type { EventName, GuardEvent } from "../vocabulary/events.ts";
import { CircuitCalls } from "./circuit-calls.ts";
import type { CircuitPorts } from "./circuit-ports.ts";
import type { CircuitSettings } from "./circuit-settings.ts";
import { breakLeftMs, stateAt, type CircuitState, type Forced } from "./circuit-state.ts";
import type { CircuitStats } from "./circuit-stats.ts";
import type {
  CircuitCallOptions,
  CircuitEventName,
  CircuitListener,
  FailureCircuit,
  ForceOptions,
} from "./failure-circuit.ts";
import { forcedFrom } from "./forced-from.ts";
import { insideCircuit, isInsideCircuit } from "./inside-circuit.ts";
import { permit, type Permit } from "./permit.ts";
import { close, openForMs } from "./settle-circuit.ts";
import { wrapped } from "./wrapped.ts";

const eventNames = {
  transition: true,
  success: true,
  failure: true,
  ignored: true,
  refusal: true,
  late: true,
} as const satisfies Record<CircuitEventName, true>;

/** A failure circuit, as users hold it. */
export class NamedCircuit implements FailureCircuit {
  readonly name: string;
  readonly settings: CircuitSettings;
  readonly #ports: CircuitPorts;
  readonly #calls: CircuitCalls;

  /** @param changed hears that the circuit may have changed */
  constructor(
    name: string,
    settings: CircuitSettings,
    ports: CircuitPorts,
    changed: (circuit: NamedCircuit) => void,
  ) {
    this.name = name;
    this.settings = settings;
    this.#ports = ports;
    this.#calls = new CircuitCalls(name, settings, ports, () => changed(this));
  }

  /** Whether guard may forget the circuit: it is not forced, and it is closed, or its break was over a week ago. */
  get hasEnded(): boolean {
    return this.#calls.hasEnded;
  }

  get state(): FailureCircuit["state"] {
    return stateAt(this.#look(), this.#ports.clock());
  }

  get stats(): CircuitStats {
    const state = this.#look();
    const now = this.#ports.clock();
    const { phase } = state;
    return {
      state: stateAt(state, now),
      ...(phase.status === "open" ? { retryAfterMs: breakLeftMs(phase, now) } : {}),
      opened: state.opened,
      openMs: state.openMs + openForMs(state, now),
      calls: { ...this.#calls.counts.calls },
      probes: { ...this.#calls.counts.probes },
    };
  }

  async call<T, F = never>(
    fn: () => T | PromiseLike<T>,
    { fallback, onFailure = false, signal }: CircuitCallOptions<F> = {},
  ): Promise<Awaited<T> | Awaited<F>> {
    checkFunction(fn, `circuit("${this.name}").call`, "circuit.call(() => client.request(input))");
    if (fallback !== undefined) {
      checkFunction(fallback, `circuit("${this.name}").call: fallback`, 'fallback: () => "…"');
    }
    if (isInsideCircuit(this)) {
      return this.#callInside(fn, { fallback: onFailure ? fallback : undefined, signal });
    }
    const admitted = this.#calls.admit();
    const entered = admitted instanceof Promise ? await admitted : admitted; // a wait costs time
    if (entered instanceof CircuitRefusalError) {
      if (fallback === undefined) throw entered;
      return await fallback(entered);
    }
    let result: Awaited<T>;
    try {
      result = await insideCircuit(this, fn);
    } catch (error) {
      const judged = await this.#calls.end(entered, { error }, signal);
      if (judged === "failure" && onFailure && fallback !== undefined) return await fallback(error);
      throw error;
    }
    const ended = this.#calls.end(entered, { result: this.#calls.judgeResult(result) });
    if (ended instanceof Promise) await ended;
    return result;
  }

  /** A call inside a call of this circuit is the same call: the circuit counts the outer one. */
  async #callInside<T, F>(
    fn: () => T | PromiseLike<T>,
    { fallback, signal }: CircuitCallOptions<F>,
  ): Promise<Awaited<T> | Awaited<F>> {
    try {
      return await fn();
    } catch (error) {
      if (fallback === undefined || this.#calls.judge(error, signal) !== "failure") throw error;
      return await fallback(error);
    }
  }

  readonly wrap: FailureCircuit["wrap"] = (fn) => {
    checkFunction(fn, `circuit("${this.name}").wrap`, "circuit.wrap((input) => …)");
    return wrapped(this, (result) => this.#calls.judgeResult(result), fn);
  };

  enter(): Permit {
    if (isInsideCircuit(this)) return permit(() => {});
    const entered = this.#calls.admitNow();
    if (entered instanceof CircuitRefusalError) throw entered;
    return permit((how) => void this.#calls.end(entered, how));
  }

  /** `enter` for adapters, which can wait for the store. Rejects with a `CircuitRefusalError`. */
  async admit(): Promise<Permit> {
    const entered = await this.#calls.admit();
    if (entered instanceof CircuitRefusalError) throw entered;
    return permit((how) => void this.#calls.end(entered, how));
  }

  forceOpen(options: ForceOptions = {}): Promise<void> {
    return this.#force({ to: "open", ...forcedFrom(options, "forceOpen", this.#ports.clock()) });
  }

  forceClose(options: ForceOptions = {}): Promise<void> {
    return this.#force({ to: "closed", ...forcedFrom(options, "forceClose", this.#ports.clock()) });
  }

  async reset(): Promise<void> {
    const now = this.#ports.clock();
    await this.#calls.move(now, (state) => {
      const { forced: _, ...free } = close(state, now, this.settings);
      return free;
    });
  }

  on<Name extends CircuitEventName | "*">(name: Name, listener: CircuitListener<Name>): () => void {
    checkListener(name, listener, Object.keys(eventNames));
    const hear = (event: GuardEvent) => {
      const isOwn = event.type.startsWith("circuit-");
      return isOwn ? listener(event as Parameters<CircuitListener<Name>>[0]) : undefined;
    };
    return this.#ports.events.on((name === "*" ? "*" : `circuit-${name}`) as EventName, hear);
  }

  async #force(forced: Forced): Promise<void> {
    const { by, why } = forced;
    await this.#calls.move(this.#ports.clock(), (state) => ({ ...state, forced }), { by, why });
  }

  /** The state now: fresh from a store that answers at once. */
  #look(): CircuitState {
    return this.#calls.held.changeNow((state) => ({ state })).now.state;
  }
}
