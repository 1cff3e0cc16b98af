// What the failure circuit of a provider hears of model calls, without a framework.
import { describe, expect, test } from "vitest";
import {
  createRegistry,
  findCircuitRefusal,
  type FailureCircuit,
  type ModelCall,
} from "../../src/index.ts";
import { providerSaid, runsOf, type Agent } from "../../src/adapter/index.ts";
import { manualClock } from "../support/clock.ts";

const call: ModelCall = { kind: "model", model: "gpt-5-mini", provider: "openai" };
const recoveryTimeoutMs = 60_000;
const down = { status: "failure", error: { status: 503 } } as const;

/** A registry whose circuit is half-open: the next model call is a probe. */
async function halfOpen() {
  const clock = manualClock();
  const registry = createRegistry({ ports: { clock }, warnings: false });
  const circuit = registry.circuit("openai", { failureThreshold: 1, recoveryTimeoutMs });
  const agent = (id: string) => runsOf(registry).run(id).agent("a");
  const first = agent("first");
  const { key } = await first.request(call);
  await first.end(key, down);
  clock.advance(recoveryTimeoutMs);
  return { registry, circuit, agent };
}

/** Whether the next call gets the permit of a probe. */
async function isFree(agent: (id: string) => Agent) {
  try {
    await agent("next").request(call);
    return true;
  } catch (error) {
    expect(findCircuitRefusal(error)?.state).toBe("half-open");
    return false;
  }
}

test.for([
  ["call", (circuit: FailureCircuit, fn: () => Promise<unknown>) => circuit.call(fn)],
  ["wrap", (circuit: FailureCircuit, fn: () => Promise<unknown>) => circuit.wrap(fn)()],
] as const)(
  "a model call inside circuit.%s is the same call: it counts once, and its probe passes",
  async ([, ask]) => {
    const { circuit, agent } = await halfOpen();
    await ask(circuit, async () => {
      const probe = agent("probe");
      const { key } = await probe.request(call);
      await probe.answered(key, { calls: [], text: "It is 8080." });
    });
    expect([circuit.state, circuit.stats.calls.succeeded]).toEqual(["closed", 1]);
  },
);

test("work that a call inside a circuit leaves behind asks the circuit again", async () => {
  const { registry, circuit, agent } = await halfOpen();
  let leave!: () => void;
  const left = new Promise<void>((resolve) => (leave = resolve));
  let worker: Promise<unknown> = Promise.resolve();
  await circuit.call(async () => {
    worker = left.then(() => agent("worker").request(call));
  });
  await registry.circuit("openai").forceOpen({ by: "ops" });
  leave();
  await expect(worker).rejects.toThrow('the failure circuit "openai" is open');
});

test("a client that hides its address does not say which server the circuit serves", async () => {
  const registry = createRegistry({ warnings: false });
  const circuit = registry.circuit("openai", { failureThreshold: 2 });
  const ask = async (id: string, baseUrl: string) => {
    const agent = runsOf(registry).run(id).agent("a");
    const { key } = await agent.request({ ...call, baseUrl });
    await agent.end(key, down);
  };
  await ask("hidden", "");
  await ask("proxy", "http://127.0.0.1:4000/v1");
  expect(circuit.state).toBe("open");
  await expect(ask("again", "")).rejects.toThrow('the failure circuit "openai" is open');
});

describe("a probe", () => {
  test("keeps its permit while it runs", async () => {
    const { agent } = await halfOpen();
    await agent("probe").request(call);
    expect(await isFree(agent)).toBe(false);
  });

  test("that another handler refuses after guard gives its permit back", async () => {
    const { agent } = await halfOpen();
    const probe = agent("probe");
    const { key } = await probe.request(call);
    probe.run.asked.move(key, "unmade");
    expect(await isFree(agent)).toBe(true);
  });

  test("whose request can't be judged gives its permit back", async () => {
    const { agent } = await halfOpen();
    const shown = {
      latest: () => {
        throw new Error("no messages");
      },
    };
    await expect(agent("probe").request(call, shown)).rejects.toThrow("no messages");
    expect(await isFree(agent)).toBe(true);
  });

  test("whose answer breaks off is a failure, although guard books it as an abort", async () => {
    const { agent, circuit } = await halfOpen();
    const probe = agent("probe");
    const { key } = await probe.request(call);
    providerSaid(probe.run, key, down);
    await probe.end(key, { status: "ignored", streamed: "It " });
    expect(circuit.state).toBe("open");
  });
});
