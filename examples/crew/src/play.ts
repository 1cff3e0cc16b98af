import { createRegistry, findCircuitOpen, type CircuitOpenError } from "@guard/core";
import { modelPrices } from "@guard/prices";
import { startModelServer, type Script } from "example-model-server";
import type { Case } from "./cases.ts";
import { crewOf } from "./crew.ts";

/** The model whose prices count. */
export const modelName = "gpt-5-mini";

/** After so many requests the scripted models of an unguarded crew give in: nothing else would end it. */
export const capModelCalls = 60;

/** How one run of the crew has ended. */
export interface Played {
  readonly modelCalls: number;
  /** What the provider bills, in USD. */
  readonly usd: number;
  readonly stop: CircuitOpenError | undefined;
}

const prices = modelPrices();

/** Plays a case with a crew of its own over a server of its own. */
export async function play(one: Case, isGuarded: boolean): Promise<Played> {
  const server = await startModelServer(capped(one.script));
  try {
    const model = { name: modelName, apiKey: "none", baseURL: server.url };
    const breaker = isGuarded
      ? createRegistry({ ...prices, ...one.options }).breaker({ shared: true })
      : undefined;
    const crew = crewOf(model, one.fetchPage ?? (() => "No port is listed here."), breaker);
    const error: unknown = await crew("Which port does the billing service use?").then(
      () => undefined,
      (caught: unknown) => caught,
    );
    const stop = findCircuitOpen(error);
    if (error !== undefined && stop === undefined) throw error;
    const { input, output } = server.billed();
    return { modelCalls: server.requests(), usd: usdOf(input, output), stop };
  } finally {
    await server.stop();
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

function usdOf(inputTokens: number, outputTokens: number): number {
  const usd = prices.price({
    model: modelName,
    provider: "openai",
    inputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens,
    serviceTier: undefined,
    reportedUsd: undefined,
    at: Date.now(),
  });
  if (usd === undefined) throw new Error(`${modelName} has no known price`);
  return usd;
}
