// A framework's own fallback answers while the failure circuit of a provider refuses.
import type { Registry } from "@guard/core";
import { Down, recoveryTimeoutMs, type Runner } from "./provider-down.ts";
import { ProviderServer } from "./provider-server.ts";
import { listen } from "./runs.ts";

/** Two providers: OpenAI, and another server. */
export interface ProviderPair {
  readonly source: Registry;
  readonly primary: ProviderServer;
  readonly secondary: ProviderServer;
}

/**
 * Declares the tests of a framework's own fallback, over two providers.
 *
 * @param ask asks the primary, and lets the framework fall back on the secondary; returns the text
 */
export function providerFallback(
  { test, expect, onTestFinished }: Pick<Runner, "test" | "expect" | "onTestFinished">,
  name: string,
  ask: (pair: ProviderPair) => Promise<string>,
): void {
  const begin = async () => {
    const [primary, secondary] = [await ProviderServer.start(), await ProviderServer.start()];
    onTestFinished(async () => void (await Promise.all([primary.stop(), secondary.stop()])));
    const down = new Down(primary);
    return { down, events: listen(down.registry), primary, secondary };
  };

  test(`${name} answers a refused call: the provider that is down gets no request`, async () => {
    const { down, events, primary, secondary } = await begin();
    await down.circuit.forceOpen({ by: "ops" });
    expect(await ask({ source: down.registry, primary, secondary })).toBe("It is 8080.");
    expect([primary.requests, secondary.requests]).toEqual([0, 1]);
    expect(events.some(({ type }) => type === "trip")).toBe(false);
  });

  test(`${name}: seven runs ask a provider that is down five times, and all have an answer`, async () => {
    const { down, primary, secondary } = await begin();
    primary.reply = 503;
    for (let run = 0; run < 7; run += 1) {
      expect(await ask({ source: down.registry, primary, secondary })).toBe("It is 8080.");
    }
    expect([primary.requests, secondary.requests]).toEqual([5, 7]);
    primary.reply = "answers";
    down.pass(recoveryTimeoutMs);
    expect(await ask({ source: down.registry, primary, secondary })).toBe("It is 8080.");
    expect([primary.requests, secondary.requests, down.circuit.state]).toEqual([6, 7, "closed"]);
  });
}
