import { dropEnded } from "../collections/bounded-map.ts";
import { KeptMap } from "../collections/kept-map.ts";
import { received } from "../options/received.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import { NamedCircuit } from "./named-circuit.ts";
import type { FailureCircuitOptions } from "./circuit-options.ts";
import type { CircuitPorts } from "./circuit-ports.ts";
import { circuitSettings, type CircuitSettings } from "./circuit-settings.ts";

/** How many circuits the registry finds again although nothing else holds them and none of them is open. */
const maxIdle = 10_000;

/** A name becomes a key of the store. */
const longestName = 200;

/** The failure circuits of a registry, by name. It never forgets one that is open or that your code still holds. */
export class KnownCircuits {
  readonly #known = new KeptMap<NamedCircuit>(maxIdle);
  /** An open circuit that nothing else holds must not be collected. */
  readonly #open = new Map<string, NamedCircuit>();
  readonly #ports: () => CircuitPorts;

  /** @param ports makes what each circuit gets */
  constructor(ports: () => CircuitPorts) {
    this.#ports = ports;
  }

  /**
   * The circuit of that name. Makes a missing one.
   *
   * @throws {TypeError} for what is no name
   * @throws {OptionsError} for bad options, and for others than those the circuit was made with
   */
  get(name: string, options?: FailureCircuitOptions): NamedCircuit {
    if (typeof name !== "string" || name === "" || name.length > longestName) {
      throw new TypeError(
        `registry.circuit: expected a name of 1 to ${longestName} characters, received ${received(name)}`,
      );
    }
    const given = options === undefined ? undefined : circuitSettings(name, options);
    const circuit = this.#known.get(name, () => this.#make(name, given ?? circuitSettings(name)));
    if (given !== undefined && figures(given) !== figures(circuit.settings)) {
      throw new OptionsError([
        `circuit("${name}"): the registry has made this circuit with other options (give options once, or the same ones each time)`,
      ]);
    }
    return circuit;
  }

  /** The circuit of that name, if there is one. */
  find(name: string): NamedCircuit | undefined {
    return this.#known.find(name);
  }

  #make(name: string, settings: CircuitSettings): NamedCircuit {
    return new NamedCircuit(name, settings, this.#ports(), (changed) => {
      this.#open.delete(name);
      if (changed.hasEnded) return;
      this.#open.set(name, changed);
      dropEnded(this.#open, 0, ({ hasEnded }) => hasEnded);
    });
  }
}

/** The figures of the options. Functions are left out: a caller may write them anew each time. */
function figures({ openRule, recovery, successThreshold, slowCallMs }: CircuitSettings): string {
  return JSON.stringify([openRule, recovery, successThreshold, String(slowCallMs)]);
}
