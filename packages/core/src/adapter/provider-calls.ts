import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { KnownCircuits } from "../failure/known-circuits.ts";
import type { NamedCircuit } from "../failure/named-circuit.ts";
import type { Permit } from "../failure/permit.ts";
import { isProviderFailure } from "../failure/provider-failure.ts";
import type { Outcome } from "../vocabulary/call.ts";

/** The model calls that a failure circuit of their provider has let through. */
export class ProviderCalls {
  readonly #permits = new Map<string, Permit>();

  /**
   * Asks the circuit of the provider, if the breaker's registry has one. Ask before guard judges the call: a refused call then
   * leaves no trace in the run, and the framework may ask another model.
   *
   * @returns `undefined` if there is no such circuit. The promise rejects with a `CircuitRefusalError`
   */
  enter(breaker: Breaker, key: string, provider: string | undefined): Promise<void> | undefined {
    const { circuits } = insideOf(breaker);
    if (circuits === undefined || provider === undefined) return undefined;
    const circuit = circuitOf(circuits, provider);
    return circuit?.admit().then((permit) => void this.#permits.set(key, permit));
  }

  /** Tells the circuit what came of a call. Only what tells that the provider is down counts as a failure. */
  end(key: string, outcome: Outcome | undefined): void {
    const permit = this.#permits.get(key);
    if (permit === undefined) return;
    this.#permits.delete(key);
    if (outcome?.status === "success") permit.success();
    else if (outcome?.status === "failure" && isProviderFailure(outcome.error)) {
      permit.failure(outcome.error);
    } else permit.ignore();
  }
}

/**
 * Frameworks name the surface of a provider, too: `openai.responses`, `openai.chat`. The circuit `openai` serves all of them.
 * LangChain writes `amazon_bedrock` where the AI SDK writes `amazon-bedrock`.
 */
function circuitOf(circuits: KnownCircuits, provider: string): NamedCircuit | undefined {
  const name = provider.toLowerCase().replaceAll("_", "-");
  for (const one of [provider, name, name.split(/[./]/, 1)[0]!]) {
    const found = circuits.find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
