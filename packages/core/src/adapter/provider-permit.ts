import { insideOf } from "../breaker/breaker.ts";
import { isInsideCircuit } from "../failure/inside-circuit.ts";
import type { NamedCircuit } from "../failure/named-circuit.ts";
import type { Permit } from "../failure/permit.ts";
import { isProviderFailure } from "../failure/provider-failure.ts";
import type { ModelCall, Outcome } from "../vocabulary/call.ts";
import { circuitNames } from "./circuit-names.ts";
import type { Run } from "./run.ts";

/**
 * Asks the failure circuit of a call's provider, if the registry has one, before `judge` judges the call. So a refused call
 * leaves no trace in the run, and the framework may ask another model. A stopped run gets its stop instead.
 *
 * The circuit gets its permit back if `judge` does not let the call start.
 *
 * @returns what `judge` returns. The promise rejects with a `CircuitRefusalError`
 */
export async function withPermit<T>(
  run: Run,
  call: ModelCall,
  key: string,
  judge: (permit: Permit | undefined) => Promise<T>,
): Promise<T> {
  const circuit = circuitOf(run, call);
  const { latch } = run;
  if (circuit === undefined || isInsideCircuit(circuit)) return judge(undefined);
  if (latch.isStopped && !latch.isAnswering) return judge(undefined);
  const permit = await circuit.admit();
  try {
    return await judge(permit);
  } finally {
    if (run.asked.get(key) === undefined) permit.ignore();
  }
}

/**
 * Tells the circuit what came of a call. Only what tells that the provider is down counts as a failure. `Agent.end` does
 * this. Call it before, if the call ends with another outcome: guard books an answer that broke off as `ignored`.
 */
export function providerSaid({ asked }: Run, key: string, outcome: Outcome | undefined): void {
  const permit = asked.get(key)?.permit;
  if (permit === undefined || outcome === undefined) return;
  if (outcome.status === "success") permit.success();
  else if (outcome.status === "failure" && isProviderFailure(outcome.error)) {
    permit.failure(outcome.error);
  } else permit.ignore();
}

function circuitOf({ breaker }: Run, call: ModelCall): NamedCircuit | undefined {
  const { circuits } = insideOf(breaker);
  if (circuits === undefined) return undefined;
  const { names, otherServer } = circuitNames(call);
  for (const name of names) {
    const found = circuits.find(name);
    if (found === undefined) continue;
    const isHidden = call.baseUrl === ""; // such a call does not say which server the circuit serves
    return isHidden || name === otherServer || serves(found, otherServer) ? found : undefined;
  }
  return undefined;
}

/** The server of each provider's circuit: that of the first call. */
const servers = new WeakMap<NamedCircuit, string>();
const ownServer = "";

/**
 * Whether a provider's circuit serves this server. Behind a proxy, the circuit `openai` serves the proxy. But it does not serve
 * both OpenAI and a local server that speaks OpenAI's protocol: the one may be down while the other answers.
 */
function serves(circuit: NamedCircuit, otherServer: string = ownServer): boolean {
  const first = servers.get(circuit) ?? otherServer;
  servers.set(circuit, first);
  return otherServer === ownServer || otherServer === first;
}
