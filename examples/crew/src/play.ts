import { createRegistry, findCircuitOpen, type CircuitOpenError } from "@guard/core";
import { startModelServer, type Script } from "example-model-server";
import type { Case } from "./cases.ts";
import { crewOf } from "./crew.ts";
import { modelName, prices, usdOf } from "./price.ts";

/** The scripted models give up after so many requests. Nothing else would end an unguarded crew. */
export const capModelCalls = 60;

/** How one run of the crew has ended. */
export interface Played {
  readonly modelCalls: number;
  /** The provider's bill, in USD. */
  readonly usd: number;
  readonly stop: CircuitOpenError | undefined;
}

/** Plays a case with a crew of its own over a server of its own. */
export async function play(one: Case, isGuarded: boolean): Promise<Played> {
  const server = await startModelServer(capped(one.script));
  try {
    const model = { name: modelName, apiKey: "none", baseURL: server.url };
    const breaker = isGuarded
      ? createRegistry({ ...prices, ...one.options }).breaker({ shared: true })
      : undefined;
    const crew = crewOf(model, one.fetchPage ?? (() => "No port is listed here."), breaker);
    const stop = await stopOf(() => crew("Which port does the billing service use?"));
    return { modelCalls: server.requests(), usd: usdOf(server.billed()), stop };
  } finally {
    await server.stop();
  }
}

/** The error of guard's that stops a run. `undefined` if the run finishes. */
async function stopOf(run: () => Promise<unknown>): Promise<CircuitOpenError | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    const stop = findCircuitOpen(error);
    if (stop === undefined) throw error;
    return stop;
  }
}

/** A script whose models ask for nothing more after so many requests. */
function capped(script: Script): Script {
  let requests = 0;
  return (request) => {
    requests += 1;
    return requests > capModelCalls ? "That is all." : script(request);
  };
}
